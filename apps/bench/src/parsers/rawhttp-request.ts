import { RequestParser } from '@rawhttp/request-parser'
import { countHeaders, emptyTally } from './driver.ts'
import type { Driver } from './driver.ts'

/** Ours as a server uses it: all limits on but the one for bodies. */
export function createRequestDriver(): Driver {
  const parser = new RequestParser({ maxBodyBytes: Infinity })
  return (pieces) => {
    const tally = emptyTally()
    for (const piece of pieces) {
      parser.push(piece)
      for (let event = parser.next(); event !== null; event = parser.next()) {
        if (event === 'Head') {
          countHeaders(tally, parser.head.headers)
        } else if (event === 'Body') {
          tally.bodyBytes += parser.bodyEnd - parser.bodyStart
        } else {
          tally.messages++
          if (parser.head.framing.kind === 'chunked') tally.trailerLines += parser.trailers.size
          parser.startNextMessage()
        }
      }
    }
    return tally
  }
}
