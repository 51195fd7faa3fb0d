import { hasListMember } from '@rawhttp/headers'
import type { HttpVersion } from './body-framing.ts'

/**
 * Whether the connection may go on after this message (RFC 9112 §9.3).
 *
 * @param connection value of the Connection field, all lines joined
 */
export function persistent(httpVersion: HttpVersion, connection: string | undefined): boolean {
  if (connection === undefined) return httpVersion === '1.1'
  // What nearly every client says, and no list to take apart.
  if (connection === 'keep-alive') return true
  if (hasListMember(connection, 'close')) return false
  return httpVersion === '1.1' || hasListMember(connection, 'keep-alive')
}
