import { RequestParser } from '@rawhttp/request-parser'
import { emptyTally } from './driver.ts'
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
          tally.fieldLines += parser.head.headers.size
        } else if (event === 'Body') {
          tally.bodyBytes += parser.bodyOctets.length
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
