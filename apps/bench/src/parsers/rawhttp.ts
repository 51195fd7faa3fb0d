import { RequestParser } from '@rawhttp/request-parser'
import type { Driver } from './driver.ts'

export const version = 'workspace'

/** Ours as a server uses it: all limits on but the one for bodies. */
export function createDriver(): Driver {
  const parser = new RequestParser({ maxBodyBytes: Infinity })
  return (pieces) => {
    const tally = { messages: 0, fieldLines: 0, bodyBytes: 0 }
    for (const piece of pieces) {
      parser.push(piece)
      for (let event = parser.next(); event !== null; event = parser.next()) {
        if (event === 'Head') {
          tally.fieldLines += parser.head.headers.size
        } else if (event === 'Body') {
          tally.bodyBytes += parser.bodyOctets.length
        } else {
          tally.messages++
          if (parser.head.framing.kind === 'chunked') tally.fieldLines += parser.trailers.size
          parser.startNextMessage()
        }
      }
    }
    return tally
  }
}
