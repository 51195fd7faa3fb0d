// What arrives at an HTTP port and is no HTTP/1: told by its first octets, one character an octet.

/** A protocol that is not spoken here. */
export interface OtherProtocol {
  readonly name: string
  readonly hint: string
}

const PLAIN = 'This port speaks plain HTTP: write http:// in place of https://.'
const NO_PROXY = 'This port expects no PROXY protocol: have the proxy not send it.'
const HTTP_2 = 'This port speaks HTTP/1.1: ask for that, with curl --http1.1.'
const ANOTHER_PORT = 'This port speaks HTTP: the client wants another one.'

// RFC 8446 §5.1 and §4, the PROXY protocol §2.1 and §2.2, RFC 9113 §3.4, RFC 4253 §4.2, RFC 5321 §4.1.1.1.
const PROTOCOLS: readonly (readonly [start: RegExp, name: string, hint: string])[] = [
  // oxlint-disable-next-line no-control-regex
  [/^\x16\x03/, 'TLS', PLAIN],
  [/^PROXY (?:TCP4|TCP6|UNKNOWN)[ \r]/, 'the PROXY protocol, version 1', NO_PROXY],
  [/^\r\n\r\n\0\r\nQUIT\n/, 'the PROXY protocol, version 2', NO_PROXY],
  [/^PRI \* HTTP\/2\.0\r\n/, 'HTTP/2', HTTP_2],
  [/^SSH-\d/, 'SSH', ANOTHER_PORT],
  [/^(?:EHLO|HELO|LHLO) ?/i, 'SMTP', ANOTHER_PORT],
]

/** How many octets tell all of them apart. */
export const TELLING_OCTETS = 24

/** @param start the first octets of a connection, as many as there are, one character each */
export function otherProtocol(start: string): OtherProtocol | undefined {
  const found = PROTOCOLS.find(([pattern]) => pattern.test(start))
  return found && { name: found[1], hint: found[2] }
}
