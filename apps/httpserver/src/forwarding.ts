import { hasListMember, Headers, isToken, listMembers } from '@rawhttp/headers'
import { isTrailerField } from '@rawhttp/message-framing'
import type { IncomingRequest } from '@rawhttp/tcp-server'

// RFC 9110 §7.6.1: they speak of one connection and end with it. The two for proxies concern the next proxy only (§11.7).
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

// Another version of HTTP, or HTTP within TLS, would carry requests past everything that is decided here.
const KNOWN_TO_HTTP = /^(?:h2c?|http|tls)(?:$|\/)/i

// What somebody before us says of the client. Believed of those who are trusted only: others could claim to be anybody.
const FORWARDING = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto']

const NOT_FOR_UPSTREAM: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP,
  ...FORWARDING,
  'content-length',
  'expect',
  'host',
  'x-real-ip',
])
const NOT_FOR_CLIENT: ReadonlySet<string> = new Set([...HOP_BY_HOP, 'content-length'])

/**
 * The fields of a request for the upstream, and those that tell it whose request it is. Host is the upstream's own to be set.
 *
 * @param trusted whether the peer is a proxy that is believed what it says of its own client
 */
export function requestFields(request: IncomingRequest, trusted: boolean): Headers {
  const { headers, framing, requestLine } = request
  const fields = endToEndFields(headers, NOT_FOR_UPSTREAM)
  if (framing.kind === 'length') fields.set('Content-Length', String(framing.length))
  else if (framing.kind === 'chunked') addTrailer(fields, headers)
  // RFC 9110 §10.1.1: whether the body is wanted is for the upstream to say.
  if (request.expectsContinue && framing.kind !== 'none') fields.set('Expect', '100-continue')
  addHopFields(fields, request)
  addForwarding(fields, request, trusted ? headers : new Headers())
  // RFC 9110 §7.6.3: a gateway must say that the message came through it.
  fields.append('Via', `${requestLine.httpVersion} rawhttp`)
  return fields
}

// What concerns one connection is said anew for the next, as far as it is true of it.
function addHopFields(fields: Headers, { headers, framing, requestLine }: IncomingRequest): void {
  // RFC 9110 §10.1.4: trailer fields are passed on, other codings are not understood here.
  if (hasListMember(headers.get('te'), 'trailers')) fields.set('TE', 'trailers')
  const upgrade = headers.get('upgrade')
  const asked = upgrade !== undefined && hasListMember(headers.get('connection'), 'upgrade')
  if (!asked || requestLine.httpVersion === '1.0' || framing.kind !== 'none') return
  const protocols = listMembers(upgrade).filter((protocol) => !KNOWN_TO_HTTP.test(protocol))
  if (protocols.length > 0) fields.set('Upgrade', protocols.join(', '))
}

function addTrailer(fields: Headers, headers: Headers): void {
  const names = announcedTrailers(headers, [])
  if (names.length > 0) fields.set('Trailer', names.join(', '))
}

// RFC 7239 §4, and the fields that were there before it: lists grow at their end, of the rest what the first proxy saw stays.
function addForwarding(fields: Headers, request: IncomingRequest, claimed: Headers): void {
  const { authority, remoteAddress, secure } = request
  const scheme = secure ? 'https' : 'http'
  // A unix socket has no address at its other end.
  const address = remoteAddress === '' ? undefined : remoteAddress
  const append = (name: string, ...more: readonly string[]): void => {
    const list = [claimed.get(name), ...more].filter((part) => part !== undefined && part !== '')
    if (list.length > 0) fields.set(name, list.join(', '))
  }
  append('X-Forwarded-For', ...(address === undefined ? [] : [address]))
  fields.set('X-Forwarded-Proto', claimed.get('x-forwarded-proto') ?? scheme)
  const firstAuthority = claimed.get('x-forwarded-host') ?? authority
  if (firstAuthority !== '') fields.set('X-Forwarded-Host', firstAuthority)
  const parts = [`for=${forwardedNode(address)}`, `proto=${scheme}`]
  if (authority !== '') parts.push(`host=${quoted(authority)}`)
  append('Forwarded', parts.join(';'))
}

// RFC 7239 §6: IPv6 addresses stand in brackets, and so in quotes; a zone means nothing to others.
function forwardedNode(address: string | undefined): string {
  if (address === undefined) return 'unknown'
  return address.includes(':') ? `"[${address.replace(/%.*/, '')}]"` : address
}

// RFC 7239 §4: value = token / quoted-string.
function quoted(text: string): string {
  return isToken(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`
}

/** The fields of a response for the client. Its length is left out: the body is framed anew. */
export function responseFields(headers: Headers): Headers {
  return endToEndFields(headers, NOT_FOR_CLIENT)
}

/** The fields of a response that switches to another protocol (RFC 9110 §7.8). */
export function switchFields(headers: Headers): Headers {
  const fields = responseFields(headers)
  fields.set('Connection', 'Upgrade')
  const upgrade = headers.get('upgrade')
  if (upgrade !== undefined) fields.set('Upgrade', upgrade)
  return fields
}

/** What a message announces to come as trailers and is passed on; without the names of `others`. */
export function announcedTrailers(headers: Headers, others: readonly string[]): string[] {
  const taken = new Set(others.map((name) => name.toLowerCase()))
  return listMembers(headers.get('trailer') ?? '').filter(
    (name) => isToken(name) && isTrailerField(name.toLowerCase()) && !taken.has(name.toLowerCase()),
  )
}

/** The fields of a trailer section that may stand in one (RFC 9110 §6.5.1). */
export function trailerFields(trailers: Headers): Headers {
  const fields = new Headers()
  for (const [name, value] of trailers) if (isTrailerField(name)) fields.append(name, value)
  return fields
}

// The fields that are not in `dropped`, and that Connection does not name.
function endToEndFields(headers: Headers, dropped: ReadonlySet<string>): Headers {
  const named = namedByConnection(headers)
  const fields = new Headers()
  for (let line = 0; line < headers.size; line++) {
    // To whoever makes variables of fields, as CGI does, X_Forwarded_For is X-Forwarded-For.
    const name = headers.nameAt(line).replaceAll('_', '-')
    if (dropped.has(name) || named?.has(name) === true) continue
    fields.append(headers.spellingAt(line), headers.valueAt(line))
  }
  return fields
}

// Tokens have no quotes: a comma inside one hides no name from those who split at every comma (RFC 9110 §7.6.1).
function namedByConnection(headers: Headers): ReadonlySet<string> | undefined {
  const connection = headers.get('connection')
  if (connection === undefined) return undefined
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()))
}
