// Upgrade = #protocol, protocol = protocol-name [ "/" protocol-version ]      (RFC 9110 §7.8)
import { isToken, listMembers } from '@rawhttp/headers'

// Another version of HTTP, or HTTP within TLS, would carry requests past everything that a proxy decides.
const KNOWN_TO_HTTP = /^(?:h2c?|h3|http|tls)(?:$|\/)/i

/** The protocols of an Upgrade field that may be asked of an upstream. */
export function tunnelledProtocols(upgrade: string): string[] {
  return listMembers(upgrade).filter(
    (protocol) => isProtocol(protocol) && !KNOWN_TO_HTTP.test(protocol),
  )
}

// A quoted string is none, and another recipient may split it at its commas.
function isProtocol(text: string): boolean {
  const parts = text.split('/')
  return parts.length <= 2 && parts.every((part) => isToken(part))
}

/**
 * Whether a 101 (Switching Protocols) switches to what it was asked for (RFC 9110 §7.8): it names some protocol, and none but those.
 *
 * @param chosen the Upgrade field of the response
 * @param asked the Upgrade field of the request
 */
export function switchesAsAsked(chosen: string | undefined, asked: string | undefined): boolean {
  const offered = listMembers(asked ?? '')
  const protocols = listMembers(chosen ?? '')
  return (
    protocols.length > 0 &&
    protocols.every((protocol) => offered.some((offer) => sameProtocol(protocol, offer)))
  )
}

// Names are read without case. Who leaves the version out is content with any.
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
