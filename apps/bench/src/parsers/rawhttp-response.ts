import { ResponseParser } from '@rawhttp/response-parser'
import { emptyTally } from './driver.ts'
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
          tally.fieldLines += parser.head.headers.size
        } else if (event === 'Body') {
          tally.bodyBytes += parser.bodyOctets.length
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
