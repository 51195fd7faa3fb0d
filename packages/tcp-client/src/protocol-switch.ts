// Upgrade = #protocol, protocol = protocol-name [ "/" protocol-version ]      (RFC 9110 §7.8)
import { hasListMember, listMembers } from '@rawhttp/headers'
import type { Headers } from '@rawhttp/headers'

/**
 * Whether a 101 (Switching Protocols) switches to what it was asked for: it has an Upgrade field for this connection that names some
 * protocol, and none but those (RFC 9110 §7.8).
 *
 * @param headers those of the response
 * @param asked the Upgrade field of the request
 */
export function switchesAsAsked(headers: Headers, asked: string): boolean {
  const offered = listMembers(asked)
  const chosen = listMembers(headers.get('upgrade') ?? '')
  return (
    hasListMember(headers.get('connection'), 'upgrade') &&
    chosen.length > 0 &&
    chosen.every((protocol) => offered.some((offer) => sameProtocol(protocol, offer)))
  )
}

// Names are read without case, versions with it. A side that leaves the version out is content with any.
function sameProtocol(one: string, other: string): boolean {
  const [name, version] = split(one)
  const [otherName, otherVersion] = split(other)
  const eitherVersion = version === '' || otherVersion === ''
  return name === otherName && (eitherVersion || version === otherVersion)
}

function split(protocol: string): [name: string, version: string] {
  const slash = protocol.indexOf('/')
  if (slash === -1) return [protocol.toLowerCase(), '']
  return [protocol.slice(0, slash).toLowerCase(), protocol.slice(slash + 1)]
}
