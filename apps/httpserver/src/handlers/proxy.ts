import { Headers, UsageError } from '@rawhttp/headers'
import type { ResponseWriter } from '@rawhttp/response-writer'
import type { IncomingResponse } from '@rawhttp/tcp-client'
import type { IncomingRequest } from '@rawhttp/tcp-server'
import type { Admission, Place } from '../admission.ts'
import { Refusal } from '../admission.ts'
import { ClientLoss } from '../client-loss.ts'
import { ContentDigest } from '../content-digest.ts'
import { clientAddress } from '../forwarded.ts'
import {
  announcedTrailers,
  comesAgain,
  interimFields,
  mayHaveContent,
  requestFields,
  responseFields,
  trailerFields,
} from '../forwarding.ts'
import type { Pace } from '../pace.ts'
import { respondPlain } from '../plain-response.ts'
import type { RouteHandler } from '../route.ts'
import { COMMON_METHODS } from '../router.ts'
import { climbs } from '../target.ts'
import type { Target } from '../target.ts'
import type { TrustedProxies } from '../trusted-proxies.ts'
import type { Tunnels } from '../tunnel.ts'
import { bodyFailure, UpstreamError } from '../upstream.ts'
import type { Upstream } from '../upstream.ts'

const EXPLANATIONS = {
  502: 'The upstream gave no usable response.',
  503: 'Too many requests wait for the upstream: try again later.',
  504: 'The upstream took too long.',
}
const TRY_LATER = [['Retry-After', '5']] as const
// Longer bodies are passed on as they come.
const MAX_COLLECTED_BYTES = 65_536
// So much of a response waits for its client without holding a connection to the upstream.
const MAX_BUFFERED_BYTES = 65_536
// More would be none of a message that anybody sends.
const MOST_FORWARDS = 256
// Up to here the writer joins a piece to its chunk's size.
const COPIED_BYTES = 2048
const OWN_TRAILERS = ['X-Content-SHA256', 'X-Content-Length']
const OWN_ANNOUNCEMENT = OWN_TRAILERS.join(', ')
// They end with their header section, or have an empty body (RFC 9110 §15.3.5, §15.3.6, §15.4.5).
const WITHOUT_CONTENT = new Set([204, 205, 304])

/** What a proxy is told. */
export interface ProxyOptions {
  readonly upstream: Upstream
  /** What stands before the path that the upstream knows. */
  readonly prefix: string
  readonly trusts: TrustedProxies
  /** What it is called in Via. */
  readonly pseudonym: string
  /** Who may ask the upstream. */
  readonly admission: Admission
  readonly pace: Pace
  readonly tunnels: Tunnels
  /** Told how many octets a tunnel has passed on, when it has ended. */
  readonly tunnelled: (request: IncomingRequest, toClient: number, fromClient: number) => void
  /** Told why there was no response. */
  readonly report: (error: Error, request: IncomingRequest) => void
}

/**
 * Passes requests on to the upstream, path and query behind `prefix`, and streams the response back as it comes: chunked, with
 * its SHA-256 and length as trailers. An upstream that gives no response is a 502 or 504; one that fails later is a cut, so that
 * nobody takes a part for the whole. Where the upstream switches to another protocol, its octets are passed both ways.
 */
export function serveProxy(options: ProxyOptions): RouteHandler {
  const { upstream, prefix, trusts, pseudonym } = options
  return (request, writer, target) => {
    const requestTarget = upstreamTarget(target, prefix)
    if (upstream.basePath !== '' && climbs(requestTarget)) {
      respondPlain(writer, 400, 'The path leads out of what is served here.')
      return
    }
    const fields = requestFields(request, trusts, pseudonym)
    if (request.requestLine.method === 'OPTIONS' && !countDown(fields)) {
      writer.respond(204, undefined, new Headers([['Allow', COMMON_METHODS]]))
      return
    }
    if (comesAgain(request.headers, pseudonym)) {
      respondPlain(writer, 508, 'The upstream of this proxy leads back to it.')
      return
    }
    return passOn(requestTarget, fields, request, writer, options)
  }
}

async function passOn(
  requestTarget: string,
  fields: Headers,
  request: IncomingRequest,
  writer: ResponseWriter,
  options: ProxyOptions,
): Promise<void> {
  const { upstream, trusts, admission, pace, tunnels } = options
  const loss = new ClientLoss(request)
  let place: Place | undefined
  let response: IncomingResponse | undefined
  try {
    const coming = smallContent(request)
    const content = coming && (await coming)
    const entered = admission.enter(clientAddress(request, trusts), loss)
    place = entered instanceof Promise ? await entered : entered
    response = await ask(upstream, requestTarget, request, content, fields, writer, loss)
    checkRoom(response, tunnels)
    writeHead(response, request, writer, options.pseudonym)
  } catch (error) {
    place?.release()
    response?.body.cancel()
    answerFailure(error, request, writer, options)
    return
  }
  try {
    if (response.switchesProtocol) {
      const [fromClient, toClient] = await tunnels.join(request.handOver(), response.takeOver())
      options.tunnelled(request, toClient, fromClient)
    } else {
      await passBody(response, writer, request.requestLine.httpVersion === '1.1', pace)
    }
  } finally {
    place.release()
  }
}

function answerFailure(
  error: unknown,
  request: IncomingRequest,
  writer: ResponseWriter,
  { report }: ProxyOptions,
): void {
  if (error instanceof Refusal) {
    respondPlain(writer, error.status, error.message, TRY_LATER)
    return
  }
  const failure = error instanceof UsageError ? new UpstreamError(error) : error
  if (!(failure instanceof UpstreamError)) throw failure
  report(failure, request)
  const { status } = failure
  respondPlain(writer, status, EXPLANATIONS[status], status === 503 ? TRY_LATER : [])
}

// A client that is slow to send it holds no connection to the upstream meanwhile.
function smallContent(request: IncomingRequest): Promise<Uint8Array> | undefined {
  const { framing } = request
  if (framing.kind !== 'length' || framing.length === 0) return undefined
  // RFC 9110 §10.1.1: whether it is wanted is for the upstream to say.
  if (framing.length > MAX_COLLECTED_BYTES || request.expectsContinue) return undefined
  return request.body.bytes()
}

// Always begins with "/" and goes behind the upstream's own origin, so nothing in a target leads to another host.
function upstreamTarget({ path, query }: Target, prefix: string): string {
  const rest = path.slice(prefix.length)
  return (rest === '' ? '/' : rest) + (query === '' ? '' : `?${query}`)
}

// RFC 9110 §7.6.2: OPTIONS may say by how many it wants to be passed on, and is answered by the last of them.
function countDown(fields: Headers): boolean {
  const left = fields.get('max-forwards')
  if (left === undefined || !/^\d+$/.test(left)) return true
  if (/^0+$/.test(left)) return false
  fields.set('Max-Forwards', String(Math.min(Number(left), MOST_FORWARDS) - 1))
  return true
}

function ask(
  upstream: Upstream,
  requestTarget: string,
  request: IncomingRequest,
  content: Uint8Array | undefined,
  headers: Headers,
  writer: ResponseWriter,
  signal: ClientLoss,
): Promise<IncomingResponse> {
  // A body costs something as soon as it is asked for.
  const body = mayHaveContent(request.framing) ? request.body : undefined
  // RFC 9110 §6.6.2: what comes behind the chunks should have been announced, and often was not.
  const trailing = request.framing.kind === 'chunked' ? body : undefined
  return upstream.send({
    method: request.requestLine.method,
    requestTarget,
    headers,
    body: content ?? body?.borrowed(),
    trailers:
      trailing === undefined
        ? undefined
        : async () => trailerFields(await trailing.trailers(), request.headers),
    signal,
    // RFC 9110 §15.2: a proxy passes them on; the writer knows that HTTP/1.0 has none. 100 is sent when the body is asked for.
    onInformational: (statusCode, fields) => {
      if (statusCode !== 100) writer.writeInformational(statusCode, interimFields(fields))
    },
  })
}

function checkRoom({ switchesProtocol }: IncomingResponse, tunnels: Tunnels): void {
  if (!switchesProtocol || !tunnels.full) return
  throw new Refusal(503, 'Too many connections have switched protocols here: try again later.')
}

function announcement(headers: Headers): string {
  const announced = headers.has('trailer') ? announcedTrailers(headers, OWN_TRAILERS) : []
  return announced.length === 0 ? OWN_ANNOUNCEMENT : `${announced.join(', ')}, ${OWN_ANNOUNCEMENT}`
}

// Everything that can be wrong with it is found before the first call of the writer, so that a 502 can still be written.
function writeHead(
  response: IncomingResponse,
  { requestLine }: IncomingRequest,
  writer: ResponseWriter,
  pseudonym: string,
): void {
  const { headers } = response
  const { statusCode, reasonPhrase } = response.statusLine
  if (statusCode > 599) throw new UpstreamError(new Error(`status code ${statusCode}`))
  const fields = responseFields(response, pseudonym)
  const content = statusCode !== 101 && !WITHOUT_CONTENT.has(statusCode)
  if (content && requestLine.httpVersion === '1.0') {
    // Without chunks only the length tells a whole body from a cut one.
    const length = headers.get('content-length')
    if (length !== undefined) fields.set('Content-Length', length)
  } else if (content) {
    fields.append('Trailer', announcement(headers))
  }
  writer.writeStatusLine(statusCode, reasonPhrase)
  writer.writeHeaders(fields)
  writer.flushHead()
}

// To HTTP/1.1 in chunks, with trailers; to HTTP/1.0 as it is.
async function passBody(
  response: IncomingResponse,
  writer: ResponseWriter,
  chunked: boolean,
  pace: Pace,
): Promise<void> {
  const { body } = response
  // What an upstream sends with a status that has no content goes nowhere, and nobody waits for its end.
  if (writer.state === 'Done') {
    body.cancel()
    return
  }
  const { framing } = response
  const expectedBytes = framing.kind === 'length' ? framing.length : undefined
  const digest = new ContentDigest(expectedBytes)
  let roomBytes = (expectedBytes ?? 0) > MAX_BUFFERED_BYTES ? 0 : MAX_BUFFERED_BYTES
  let pendingBytes = 0
  try {
    await body.forEach((octets) => {
      const { length } = octets
      pendingBytes += length
      if (chunked) digest.update(octets)
      roomBytes -= length
      // The writer keeps larger pieces by reference until they have left, and then their memory is read into again.
      const large = length > COPIED_BYTES
      const buffered = roomBytes >= 0
      const piece = large && buffered ? new Uint8Array(octets) : octets
      const flowing = chunked ? writer.writeChunkedBody(piece) : writer.writeBody(piece)
      if (buffered || (flowing && !large)) return
      const taken = pace.within(writer.drained(), pendingBytes)
      pendingBytes = 0
      return taken
    })
  } catch (error) {
    throw bodyFailure(error)
  }
  if (!chunked) return
  const trailers = trailerFields(await body.trailers(), response.headers)
  trailers.set('X-Content-SHA256', digest.digest())
  trailers.set('X-Content-Length', String(digest.length))
  writer.writeChunkedBodyDone()
  writer.writeTrailers(trailers)
}
