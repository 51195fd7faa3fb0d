import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { Headers } from '@rawhttp/headers'
import { serve } from '@rawhttp/tcp-server'
import type { Server } from '@rawhttp/tcp-server'
import { guardHosts } from '../allowed-hosts.ts'
import type { Config } from '../config.ts'
import { respondPlain } from '../plain-response.ts'
import type { Route, RouteHandler } from '../route.ts'
import { routeRequests } from '../router.ts'
import { describe, fieldValues, respondJson, respondWithBody } from './description.ts'
import { drip, streamBytes, streamLines, streamWithTrailers } from './streams.ts'

// As large as httpbin.org's.
const MAX_BYTES = 102_400
const MAX_LINES = 100
const MAX_SECONDS = 10

const EVERY = { allBut: ['TRACE'] }

const ROUTES: readonly Route[] = [
  { pattern: '/get', methods: ['GET'], handler: respondDescription },
  { pattern: '/headers', methods: ['GET'], handler: respondHeaders },
  { pattern: '/post', methods: ['POST'], handler: respondWithBody },
  { pattern: '/anything/**', methods: EVERY, handler: respondWithBody },
  { pattern: '/status/:code', methods: EVERY, handler: withNumber(200, 599, respondStatus) },
  { pattern: '/stream/:lines', methods: ['GET'], handler: withNumber(0, MAX_LINES, streamLines) },
  { pattern: '/bytes/:count', methods: ['GET'], handler: withNumber(0, MAX_BYTES, respondBytes) },
  {
    pattern: '/stream-bytes/:count',
    methods: ['GET'],
    handler: withNumber(0, MAX_BYTES, streamBytes),
  },
  { pattern: '/delay/:seconds', methods: EVERY, handler: withNumber(0, MAX_SECONDS, respondLater) },
  { pattern: '/drip', methods: ['GET'], handler: drip },
  { pattern: '/trailers', methods: ['GET'], handler: streamWithTrailers },
  { pattern: '/gzip', methods: ['GET'], handler: respondGzip },
]

const NOT_FOUND: Route = {
  pattern: '/**',
  methods: EVERY,
  handler: (_request, writer) => respondPlain(writer, 404),
}

// What the proxy adds to a head.
const ADDED_HEADER_BYTES = 4096
const ADDED_FIELD_LINES = 16

type EmbeddedConfig = Pick<
  Config,
  'gracePeriodMs' | 'keepAliveTimeoutMs' | 'maxBodySize' | 'maxHeaderSize' | 'maxHeadersCount'
>

/**
 * Starts a small httpbin on a free port of the loopback interface, so that the proxy can be tried without the internet. It waits
 * as long as the server whose upstream it is, and takes all that this server takes.
 */
export function startEmbeddedHttpbin(config: EmbeddedConfig): Promise<Server> {
  const host = '127.0.0.1'
  return serve(0, guardHosts(routeRequests(ROUTES, NOT_FOUND), host, undefined), {
    host,
    drainTimeoutMs: config.gracePeriodMs,
    idleTimeoutMs: config.keepAliveTimeoutMs,
    limits: {
      maxRequestLineBytes: config.maxHeaderSize,
      maxHeaderSectionBytes: config.maxHeaderSize + ADDED_HEADER_BYTES,
      maxFieldLines: config.maxHeadersCount + ADDED_FIELD_LINES,
      maxBodyBytes: config.maxBodySize,
    },
  })
}

type NumberHandler = (value: number, ...rest: Parameters<RouteHandler>) => ReturnType<RouteHandler>

// The last segment of the path is a whole number within bounds, or the answer is 400.
function withNumber(least: number, most: number, handler: NumberHandler): RouteHandler {
  return (request, writer, target) => {
    const digits = /\/(\d+)\/?$/.exec(target.path)?.[1]
    const value = Number(digits)
    if (value >= least && value <= most) return handler(value, request, writer, target)
    respondPlain(writer, 400, `Expected a whole number from ${least} to ${most}.`)
  }
}

function respondDescription(...[request, writer, target]: Parameters<RouteHandler>): void {
  respondJson(writer, describe(request, target))
}

function respondHeaders(...[request, writer]: Parameters<RouteHandler>): void {
  respondJson(writer, { headers: fieldValues(request.headers) })
}

function respondStatus(...[statusCode, , writer]: Parameters<NumberHandler>): void {
  writer.respond(statusCode)
}

function respondBytes(...[count, , writer]: Parameters<NumberHandler>): void {
  const headers = new Headers([['Content-Type', 'application/octet-stream']])
  writer.respond(200, randomBytes(count), headers)
}

async function respondLater(
  ...[seconds, request, writer, target]: Parameters<NumberHandler>
): Promise<void> {
  await pause(seconds * 1000, undefined, { signal: request.signal })
  await respondWithBody(request, writer, target)
}

function respondGzip(...[request, writer]: Parameters<RouteHandler>): void {
  const content = { gzipped: true, headers: fieldValues(request.headers) }
  const headers = new Headers([
    ['Content-Type', 'application/json'],
    ['Content-Encoding', 'gzip'],
  ])
  writer.respond(200, gzipSync(JSON.stringify(content)), headers)
}
