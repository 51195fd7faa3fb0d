import { UsageError } from '@rawhttp/headers'
import { RequestParser } from '../../src/index.ts'
import { latin1 } from './octets.ts'

/** The shortest request there is. */
export const GET = latin1('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
/** A request line and Host, to which fields and an empty line are added. */
export const HEAD = 'POST / HTTP/1.1\r\nHost: a\r\n'

/** A parser that was given these pieces. */
export function parserOf(...pieces: readonly (string | Uint8Array)[]): RequestParser {
  const parser = new RequestParser()
  for (const piece of pieces) parser.push(typeof piece === 'string' ? latin1(piece) : piece)
  return parser
}

/** The code of the UsageError that an action throws. */
export function usageCode(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof UsageError) return error.code
    throw error
  }
  return 'nothing thrown'
}
