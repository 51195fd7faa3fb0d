import { createRequire } from 'node:module'
import { countFields, emptyTally } from './driver.ts'
import type { Driver } from './driver.ts'

interface Event {
  readonly type: number
  readonly headers?: Readonly<Record<string, string>>
  readonly [name: string]: unknown
}
interface ParserClass {
  new (): { push(octets: Uint8Array): Iterable<Event> }
  readonly constants: { readonly DATA: number; readonly END: number }
}

const require = createRequire(import.meta.url)
const HTTPParser = require('bare-http-parser') as ParserClass

export const version: string = (require('bare-http-parser/package') as { version: string }).version
export const dropsTrailers = true

/** bare-http-parser, which sees by itself whether it reads requests or responses. */
export function createDriver(): Driver {
  const { DATA, END } = HTTPParser.constants
  const parser = new HTTPParser()
  return (pieces) => {
    const tally = emptyTally()
    for (const piece of pieces) {
      for (const event of parser.push(piece)) {
        if (event.type === END) tally.messages++
        else if (event.type === DATA) tally.bodyBytes += (event['data'] as Uint8Array).length
        else countFields(tally, Object.entries(event.headers ?? {}).flat())
      }
    }
    return tally
  }
}
