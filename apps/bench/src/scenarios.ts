import type { Load, LoadRequest } from './load/load.ts'
import { SERVERS } from './peers.ts'
import type { Peer } from './peers.ts'
import { HELLO, LARGE, PIECE, PIECES } from './servers/site.ts'

/** One kind of traffic to servers, and who meets it. */
export interface Scenario {
  readonly name: string
  readonly title: string
  readonly load: Omit<Load, 'port'>
  readonly peers: readonly Peer[]
}

const { rawhttp, again, nodeHttp, fastify, hono, bun, deno, go, nginx, oneShot, floor } = SERVERS
const ALL = [rawhttp, again, nodeHttp, fastify, hono, bun, deno, go]
const POST_BYTES = 1024

const hello: LoadRequest = { method: 'GET', target: '/hello' }

// What a browser says of itself.
const BROWSER_FIELDS = [
  'sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24", "Google Chrome";v="140"',
  'sec-ch-ua-mobile: ?0',
  'sec-ch-ua-platform: "Linux"',
  'Upgrade-Insecure-Requests: 1',
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'Sec-Fetch-Site: same-origin',
  'Sec-Fetch-Mode: navigate',
  'Sec-Fetch-User: ?1',
  'Sec-Fetch-Dest: document',
  'Referer: http://localhost/articles/2026/',
  'Accept-Encoding: gzip, deflate, br, zstd',
  'Accept-Language: en-GB,en;q=0.9,de;q=0.8',
  'Cookie: session=4f9c2d7a7b1e88; theme=dark',
]

const USUAL = {
  secure: false,
  request: hello,
  statusCode: 200,
  responseBytes: HELLO.length,
  connections: 64,
  pipelined: 1,
  oneShot: false,
} as const

/** All of them, in the order of the tables. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'keep-alive',
    title: 'Keep-alive, 64 connections',
    load: USUAL,
    peers: [...ALL, nginx, floor],
  },
  {
    name: 'keep-alive-1',
    title: 'Keep-alive, one connection',
    load: { ...USUAL, connections: 1 },
    peers: [rawhttp, nodeHttp, bun, deno, go],
  },
  {
    name: 'browser',
    title: 'A browser’s request, 64 connections',
    load: { ...USUAL, request: { ...hello, fields: BROWSER_FIELDS } },
    peers: ALL,
  },
  {
    name: 'pipelined',
    title: '16 requests at once, 64 connections',
    load: { ...USUAL, pipelined: 16 },
    peers: [...ALL, nginx],
  },
  {
    name: 'post',
    title: 'POST of 1 KiB, echoed, 64 connections',
    load: {
      ...USUAL,
      request: {
        method: 'POST',
        target: '/echo',
        fields: ['Content-Type: application/octet-stream'],
        contentBytes: POST_BYTES,
      },
      responseBytes: POST_BYTES,
    },
    peers: ALL,
  },
  {
    name: 'one-shot',
    title: 'One request a connection, 32 at a time',
    load: { ...USUAL, connections: 32, oneShot: true },
    peers: [...ALL, nginx, oneShot],
  },
  {
    name: 'large',
    title: 'Response of 100 KiB, 16 connections',
    load: {
      ...USUAL,
      request: { method: 'GET', target: '/large' },
      responseBytes: LARGE.length,
      connections: 16,
    },
    peers: [...ALL, nginx],
  },
  {
    name: 'stream',
    title: 'Response in 16 pieces of 1 KiB, 64 connections',
    load: {
      ...USUAL,
      request: { method: 'GET', target: '/stream' },
      responseBytes: PIECE.length * PIECES,
    },
    peers: ALL,
  },
  {
    name: 'tls',
    title: 'Keep-alive over TLS, 64 connections',
    load: { ...USUAL, secure: true },
    peers: [...ALL, nginx],
  },
]
