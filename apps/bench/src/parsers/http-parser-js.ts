import { createRequire } from 'node:module'
import { countFields, emptyTally } from './driver.ts'
import type { Direction, Driver } from './driver.ts'

interface Parser {
  execute(octets: Uint8Array): number | Error
  [callback: number]: (...values: never[]) => unknown
}
interface ParserClass {
  new (type: string): Parser
  readonly REQUEST: string
  readonly RESPONSE: string
  readonly kOnHeaders: number
  readonly kOnHeadersComplete: number
  readonly kOnBody: number
  readonly kOnMessageComplete: number
}

const require = createRequire(import.meta.url)
export const version: string = (require('http-parser-js/package.json') as { version: string })
  .version

/** http-parser-js, through the same callbacks as Node's binding. */
export function createDriver(direction: Direction): Driver {
  const { HTTPParser } = require('http-parser-js') as { HTTPParser: ParserClass }
  let tally = emptyTally()
  const parser = new HTTPParser(direction === 'request' ? HTTPParser.REQUEST : HTTPParser.RESPONSE)
  parser[HTTPParser.kOnHeaders] = (fields: readonly string[]) => {
    tally.trailerLines += fields.length / 2
  }
  parser[HTTPParser.kOnHeadersComplete] = (
    first: { headers?: readonly string[] } | number,
    _minor: number,
    fields?: readonly string[],
  ) => {
    const given = typeof first === 'number' ? fields : first.headers
    if (given !== undefined) countFields(tally, given)
    return 0
  }
  parser[HTTPParser.kOnBody] = (_octets: Uint8Array, _start: number, length: number) => {
    tally.bodyBytes += length
  }
  parser[HTTPParser.kOnMessageComplete] = () => {
    tally.messages++
  }
  return (pieces) => {
    tally = emptyTally()
    for (const piece of pieces) {
      const result = parser.execute(piece)
      if (typeof result !== 'number') throw result
    }
    return tally
  }
}
