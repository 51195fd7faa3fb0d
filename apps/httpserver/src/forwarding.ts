import { hasListMember, Headers, isToken, listMembers } from '@rawhttp/headers'
import { isTrailerField } from '@rawhttp/message-framing'
import type { BodyFraming } from '@rawhttp/message-framing'
import type { IncomingResponse } from '@rawhttp/tcp-client'
import type { IncomingRequest } from '@rawhttp/tcp-server'
import { addForwarding, FORWARDING_FIELDS } from './forwarded.ts'
import { isClaim } from './claims.ts'
import { tunnelledProtocols } from './protocol-switch.ts'
import type { TrustedProxies } from './trusted-proxies.ts'

/** What of a response tells how it is passed on. */
type ResponseStart = Pick<IncomingResponse, 'statusLine' | 'headers'>

// RFC 9110 §7.6.1: they speak of one connection and end with it. Those for proxies concern the next proxy only (§11.7).
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

const NOT_FOR_UPSTREAM: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP,
  ...FORWARDING_FIELDS,
  'content-length',
  'expect',
  'host',
  // RFC 7540 §3.2.1: it belongs to an Upgrade to h2c, which is never asked for.
  'http2-settings',
  // To CGI it is the variable HTTP_PROXY, by which many programs choose where they connect to. Nothing honest sends it.
  'proxy',
])
const NOT_FOR_CLIENT: ReadonlySet<string> = new Set([...HOP_BY_HOP, 'content-length'])

// What a status must be told with (RFC 9110 §15), or means nothing without: passed on whatever the list above or Connection says.
// A gateway has no credentials for a 407 (§15.5.8) of its own, so the challenge is the client's, as for other gateways.
const NEEDED_FIELDS: ReadonlyMap<number, string> = new Map([
  [101, 'upgrade'],
  [206, 'content-range'],
  [401, 'www-authenticate'],
  [405, 'allow'],
  [407, 'proxy-authenticate'],
  [416, 'content-range'],
  [426, 'upgrade'],
])

const FOLDED = /[^a-z0-9-]/
const ALL_FOLDED = /[^a-z0-9-]/g

/**
 * The fields of a request for the upstream, and those that tell it whose request it is. Host is the upstream's own to be set.
 *
 * @param trusts tells which peers are proxies that are believed what they say of their own clients
 * @param pseudonym what this proxy is called in Via
 */
export function requestFields(
  request: IncomingRequest,
  trusts: TrustedProxies,
  pseudonym: string,
): Headers {
  const { headers, framing, requestLine } = request
  const trusted = trusts(request)
  const fields = endToEndFields(headers, headers, trusted ? notForUpstream : notFromStrangers)
  if (framing.kind === 'length') fields.set('Content-Length', String(framing.length))
  else if (framing.kind === 'chunked') addTrailer(fields, headers)
  // RFC 9110 §10.1.1: whether the body is wanted is for the upstream to say.
  if (request.expectsContinue && mayHaveContent(framing)) fields.set('Expect', '100-continue')
  addHopFields(fields, request)
  addForwarding(fields, request, trusts)
  // RFC 9110 §7.6.3: a gateway must say that the message came through it.
  fields.append('Via', `${requestLine.httpVersion} ${pseudonym}`)
  return fields
}

// What concerns one connection is said anew for the next, as far as it is true of it.
function addHopFields(fields: Headers, { headers, framing, requestLine }: IncomingRequest): void {
  // RFC 9110 §10.1.4: trailer fields are passed on, other codings are not understood here.
  if (hasListMember(headers.get('te'), 'trailers')) fields.set('TE', 'trailers')
  const upgrade = headers.get('upgrade')
  const asked = upgrade !== undefined && hasListMember(headers.get('connection'), 'upgrade')
  if (!asked || requestLine.httpVersion === '1.0' || mayHaveContent(framing)) return
  const protocols = tunnelledProtocols(upgrade)
  if (protocols.length > 0) fields.set('Upgrade', protocols.join(', '))
}

/**
 * Whether content may follow the head. A length of 0 is as good as none (RFC 9112 §6.3); chunks can be empty too, which the head does
 * not tell.
 */
export function mayHaveContent(framing: BodyFraming): boolean {
  return framing.kind === 'length' ? framing.length > 0 : framing.kind === 'chunked'
}

function addTrailer(fields: Headers, headers: Headers): void {
  const names = announcedTrailers(headers, [])
  if (names.length > 0) fields.set('Trailer', names.join(', '))
}

/**
 * Whether a request has come through the proxy of this pseudonym already (RFC 9110 §7.6.3).
 *
 * @param headers as they came
 */
export function comesAgain(headers: Headers, pseudonym: string): boolean {
  const own = pseudonym.toLowerCase()
  // received-protocol RWS received-by [ RWS comment ]
  return (headers.get('via') ?? '').split(',').some((member) => {
    const receivedBy = /^[ \t]*[^ \t]+[ \t]+([^ \t(]+)/.exec(member)?.[1]
    return receivedBy?.toLowerCase() === own
  })
}

/** The fields of an interim response for the client. */
export function interimFields(headers: Headers): Headers {
  return endToEndFields(headers, headers, notForClient)
}

/** The fields of a response for the client. Its length is left out: the body is framed anew. */
export function responseFields({ statusLine, headers }: ResponseStart, pseudonym: string): Headers {
  const fields = interimFields(headers)
  keepNeeded(fields, headers, statusLine.statusCode)
  // RFC 9110 §7.6.3: a gateway may say in a response too that it came through it, and in what version.
  return fields.append('Via', `${statusLine.httpVersion} ${pseudonym}`)
}

function keepNeeded(fields: Headers, headers: Headers, statusCode: number): void {
  const needed = NEEDED_FIELDS.get(statusCode)
  if (needed === undefined) return
  if (!fields.has(needed)) {
    for (let line = 0; line < headers.size; line++) {
      if (headers.nameAt(line) === needed) fields.appendLine(headers, line)
    }
  }
  // RFC 9110 §7.8: who sends Upgrade says so in Connection.
  if (needed === 'upgrade' && fields.has('upgrade')) fields.set('Connection', 'Upgrade')
}

/** What a message announces to come as trailers and is passed on; without the names of `others`. */
export function announcedTrailers(headers: Headers, others: readonly string[]): string[] {
  const announced = listMembers(headers.get('trailer') ?? '')
  if (announced.length === 0) return announced
  const taken = new Set(others.map((name) => name.toLowerCase()))
  const named = namedByConnection(headers)
  return announced.filter((name) => {
    const key = comparable(name.toLowerCase())
    return isToken(name) && !notToTrail(key) && named?.has(key) !== true && !taken.has(key)
  })
}

/** The fields of a trailer section that are passed on; `headers` are those of its message. */
export function trailerFields(trailers: Headers, headers: Headers): Headers {
  return endToEndFields(trailers, headers, notToTrail)
}

// The lines that are not `dropped`, and that Connection among the `headers` of their message does not name.
function endToEndFields(
  lines: Headers,
  headers: Headers,
  dropped: (name: string) => boolean,
): Headers {
  const named = namedByConnection(headers)
  const fields = new Headers()
  for (let line = 0; line < lines.size; line++) {
    const name = comparable(lines.nameAt(line))
    if (dropped(name) || named?.has(name) === true) continue
    fields.appendLine(lines, line)
  }
  return fields
}

// Tokens have no quotes: a comma inside one hides no name from those who split at every comma (RFC 9110 §7.6.1).
function namedByConnection(headers: Headers): ReadonlySet<string> | undefined {
  const connection = headers.get('connection')
  // What nearly all say names no field that would be passed on otherwise.
  if (connection === undefined || connection === 'keep-alive') return undefined
  return new Set(connection.split(',').map((name) => comparable(name.trim().toLowerCase())))
}

// Where variables are made of fields, as for CGI, X_Forwarded_For and X.Forwarded.For are X-Forwarded-For.
function comparable(name: string): string {
  return FOLDED.test(name) ? name.replace(ALL_FOLDED, '-') : name
}

function notForClient(name: string): boolean {
  return NOT_FOR_CLIENT.has(name)
}

function notForUpstream(name: string): boolean {
  return NOT_FOR_UPSTREAM.has(name)
}

function notFromStrangers(name: string): boolean {
  return NOT_FOR_UPSTREAM.has(name) || isClaim(name)
}

// RFC 9110 §6.5.1; and whoever merges trailers into the headers would find there what was kept out of them.
function notToTrail(name: string): boolean {
  return !isTrailerField(name) || notFromStrangers(name)
}
