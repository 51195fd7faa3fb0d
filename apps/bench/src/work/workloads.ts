import { DIMENSIONS } from '../growth/dimensions.ts'
import type { Input } from '../messages/input.ts'
import { requests } from '../messages/requests.ts'
import { responses } from '../messages/responses.ts'
import type { Direction, ParserModule, Tally } from '../parsers/driver.ts'
import type { WriterModule } from '../writers/writer.ts'
import { RESPONSES } from '../writers/writer.ts'
import type { Work, WorkKind, Workload } from './work.ts'

const PARSERS = ['rawhttp', 'node-binding', 'llhttp-wasm', 'http-parser-js', 'bare-http-parser']

/** Who does a kind of work, ours first; each is a module of its folder. */
export const WORKERS: Readonly<Record<WorkKind, readonly string[]>> = {
  'request-parser': PARSERS,
  'response-parser': PARSERS,
  writer: ['rawhttp', 'node-http'],
  growth: PARSERS,
}

/** The names of a kind of work, in the order of the table. */
export function workNames(kind: WorkKind): readonly string[] {
  return (kind === 'writer' ? RESPONSES : inputsOf(kind)).map(({ name }) => name)
}

function inputsOf(kind: Exclude<WorkKind, 'writer'>): readonly Input[] {
  switch (kind) {
    case 'request-parser':
      return requests()
    case 'response-parser':
      return responses()
    case 'growth':
      return DIMENSIONS.flatMap(({ sizes, input }) => sizes.map(input))
  }
}

/** Loads a contender. Nothing is made until its first turn. @throws when there is no such module */
export async function loadWorkload(kind: WorkKind, worker: string): Promise<Workload> {
  if (kind === 'writer') {
    const module = (await import(`../writers/${worker}.js`)) as WriterModule
    const writer = module.createWriter()
    const works = RESPONSES.map(({ name, write }) => ({
      name,
      messages: 1,
      turn: () => write(writer),
    }))
    return { version: module.version, works }
  }
  const module = (await import(`../parsers/${worker}.js`)) as ParserModule
  const direction = kind === 'response-parser' ? 'response' : 'request'
  const works = inputsOf(kind).map((input) => parse(module, direction, input))
  return { version: module.version, works }
}

function parse(module: ParserModule, direction: Direction, input: Input): Work {
  const make = (): ((i: number) => number) => {
    const driver = module.createDriver(direction)
    for (const unit of input.units) checkTally(module, input, driver(unit))
    return (i) => {
      const unit = input.units[i % input.units.length]
      return unit === undefined ? 0 : driver(unit).messages
    }
  }
  let turn: ((i: number) => number) | undefined
  return { name: input.name, messages: input.messages, turn: (i) => (turn ??= make())(i) }
}

/** A comparison of parsers that do not read the same says nothing. @throws when one has read something else */
export function checkTally(module: ParserModule, input: Input, tally: Tally): void {
  const trailerLines = module.dropsTrailers === true ? 0 : input.trailerLines
  if (
    tally.messages !== input.messages ||
    tally.fieldLines !== input.fieldLines ||
    tally.trailerLines !== trailerLines ||
    tally.bodyBytes !== input.bodyBytes
  ) {
    throw new Error(`${input.name} was read as ${JSON.stringify(tally)}`)
  }
}
