import { createRequire } from 'node:module'
import type { Driver } from './driver.ts'

interface Binding {
  execute(octets: Uint8Array): number | Error
  initialize(type: number, resource: object): void
  [callback: number]: (...values: never[]) => unknown
}
interface BindingClass {
  new (): Binding
  readonly REQUEST: number
  readonly kOnHeaders: number
  readonly kOnHeadersComplete: number
  readonly kOnBody: number
  readonly kOnMessageComplete: number
}

export const version: string = `llhttp ${process.versions['llhttp'] ?? ''}`

/** The parser inside Node, driven through the callbacks that node:http sets. */
export function createDriver(): Driver {
  const { HTTPParser } = createRequire(import.meta.url)('_http_common') as {
    HTTPParser: BindingClass
  }
  let tally = { messages: 0, fieldLines: 0, bodyBytes: 0 }
  const parser = new HTTPParser()
  parser.initialize(HTTPParser.REQUEST, {})
  parser[HTTPParser.kOnHeaders] = (fields: readonly string[]) => {
    tally.fieldLines += fields.length / 2
  }
  parser[HTTPParser.kOnHeadersComplete] = (
    _major: number,
    _minor: number,
    fields: readonly string[] | undefined,
  ) => {
    if (fields !== undefined) tally.fieldLines += fields.length / 2
    return 0
  }
  parser[HTTPParser.kOnBody] = (octets: Uint8Array) => {
    tally.bodyBytes += octets.length
  }
  parser[HTTPParser.kOnMessageComplete] = () => {
    tally.messages++
  }
  return (pieces) => {
    tally = { messages: 0, fieldLines: 0, bodyBytes: 0 }
    for (const piece of pieces) {
      const result = parser.execute(piece)
      if (typeof result !== 'number') throw result
    }
    return tally
  }
}
