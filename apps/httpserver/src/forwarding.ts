import { Headers, isToken, listMembers } from '@rawhttp/headers'
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

// Written anew by whoever passes a message on: a client that sends them would have the upstream believe it.
const FORWARDING = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
]

/** The fields of a request for the upstream, and those that tell it whose request it is. Host is the upstream's own to be set. */
export function requestFields(request: IncomingRequest): Headers {
  const { headers, framing, remoteAddress, secure, requestLine } = request
  // Expect is answered here: the body is asked for when the upstream takes it (RFC 9110 §10.1.1).
  const fields = endToEndFields(headers, ['host', 'expect', 'content-length', ...FORWARDING])
  if (framing.kind === 'length') fields.set('Content-Length', String(framing.length))
  // A unix socket has no address at its other end.
  if (remoteAddress !== '') fields.set('X-Forwarded-For', remoteAddress)
  fields.set('X-Forwarded-Proto', secure ? 'https' : 'http')
  const host = headers.get('host')
  if (host !== undefined) fields.set('X-Forwarded-Host', host)
  // RFC 9110 §7.6.3: a gateway must say that the message came through it.
  fields.append('Via', `${requestLine.httpVersion} rawhttp`)
  return fields
}

/** The fields of a response for the client. Its length is left out: the body is framed anew. */
export function responseFields(headers: Headers): Headers {
  return endToEndFields(headers, ['content-length'])
}

/** What the upstream announces to come as trailers and is passed on; without the names of `others`. */
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

function endToEndFields(headers: Headers, others: readonly string[]): Headers {
  const dropped = new Set([...HOP_BY_HOP, ...others])
  const connection = headers.get('connection') ?? ''
  // Tokens have no quotes: a comma inside one hides no name from those who split at every comma (RFC 9110 §7.6.1).
  for (const name of connection.split(',')) dropped.add(name.trim().toLowerCase())
  const fields = new Headers()
  for (const [name, value] of headers.lines()) {
    if (!dropped.has(name.toLowerCase())) fields.append(name, value)
  }
  return fields
}
