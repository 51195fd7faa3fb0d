import { ResponseParser } from '@rawhttp/response-parser'
import { countHeaders, emptyTally } from './driver.ts'
import type { Driver } from './driver.ts'

/** Ours as a client uses it: all limits on but the one for bodies. */
export function createResponseDriver(): Driver {
  const parser = new ResponseParser('GET', { maxBodyBytes: Infinity })
  return (pieces) => {
    const tally = emptyTally()
    for (const piece of pieces) {
      parser.push(piece)
      for (let event = parser.next(); event !== null; event = parser.next()) {
        if (event === 'Head') {
          countHeaders(tally, parser.head.headers)
        } else if (event === 'Body') {
          tally.bodyBytes += parser.bodyEnd - parser.bodyStart
        } else if (event === 'End') {
          tally.messages++
          if (parser.head.framing.kind === 'chunked') tally.trailerLines += parser.trailers.size
          parser.startNextMessage('GET')
        }
      }
    }
    return tally
  }
}
