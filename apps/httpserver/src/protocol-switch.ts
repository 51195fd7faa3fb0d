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
