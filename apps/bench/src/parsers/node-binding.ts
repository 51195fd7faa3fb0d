import { createRequire } from 'node:module'
import { countFields, emptyTally } from './driver.ts'
import type { Direction, Driver } from './driver.ts'

interface Binding {
  execute(octets: Uint8Array): number | Error
  initialize(type: number, resource: object): void
  [callback: number]: (...values: never[]) => unknown
}
interface BindingClass {
  new (): Binding
  readonly REQUEST: number
  readonly RESPONSE: number
  readonly kOnHeaders: number
  readonly kOnHeadersComplete: number
  readonly kOnBody: number
  readonly kOnMessageComplete: number
}

export const version: string = `llhttp ${process.versions['llhttp'] ?? ''}`

/** The parser inside Node, driven through the callbacks that node:http sets. */
export function createDriver(direction: Direction): Driver {
  const { HTTPParser } = createRequire(import.meta.url)('_http_common') as {
    HTTPParser: BindingClass
  }
  let tally = emptyTally()
  let headComplete = false
  const parser = new HTTPParser()
  parser.initialize(direction === 'request' ? HTTPParser.REQUEST : HTTPParser.RESPONSE, {})
  // Called where there are more field lines than fit in one call, and for trailers.
  parser[HTTPParser.kOnHeaders] = (fields: readonly string[]) => {
    if (headComplete) tally.trailerLines += fields.length / 2
    else countFields(tally, fields)
  }
  parser[HTTPParser.kOnHeadersComplete] = (
    _major: number,
    _minor: number,
    fields: readonly string[] | undefined,
  ) => {
    if (fields !== undefined) countFields(tally, fields)
    headComplete = true
    return 0
  }
  parser[HTTPParser.kOnBody] = (octets: Uint8Array) => {
    tally.bodyBytes += octets.length
  }
  parser[HTTPParser.kOnMessageComplete] = () => {
    tally.messages++
    headComplete = false
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
