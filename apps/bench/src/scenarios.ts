import type { Load, LoadRequest } from './load/load.ts'
import { MEBIBYTE } from './messages/input.ts'
import { FILE_SERVERS, ORIGIN, PROXIES, SERVERS } from './peers.ts'
import type { Peer } from './peers.ts'
import { HELLO, LARGE, PIECE, PIECES } from './servers/site.ts'
import { FILE_BYTES } from './system/workshop.ts'

/** One kind of traffic to servers, and who meets it. */
export interface Scenario {
  readonly name: string
  readonly group: 'servers' | 'files' | 'proxies'
  readonly title: string
  readonly load: Omit<Load, 'port'>
  readonly peers: readonly Peer[]
  /** What runs behind the peers, when they are proxies. */
  readonly upstream?: Peer
}

const {
  rawhttp,
  again,
  nodeHttp,
  fastify,
  hono,
  bun,
  deno,
  go,
  nginx,
  oneShot,
  floor,
  directFloor,
} = SERVERS
const RUNTIMES = [rawhttp, again, nodeHttp, bun, deno, go]
const ALL = [...RUNTIMES, fastify, hono]
const POST_BYTES = 1024

const RANGE_START = 50 * MEBIBYTE

const hello: LoadRequest = { method: 'GET', target: '/hello' }
const file: LoadRequest = { method: 'GET', target: '/file' }

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
    group: 'servers',
    title: 'Keep-alive, 64 connections',
    load: USUAL,
    peers: [...ALL, nginx, floor, directFloor],
  },
  {
    name: 'keep-alive-1',
    group: 'servers',
    title: 'Keep-alive, one connection',
    load: { ...USUAL, connections: 1 },
    peers: [rawhttp, nodeHttp, bun, deno, go],
  },
  {
    name: 'browser',
    group: 'servers',
    title: 'A browser’s request, 64 connections',
    load: { ...USUAL, request: { ...hello, fields: BROWSER_FIELDS } },
    peers: ALL,
  },
  {
    name: 'pipelined',
    group: 'servers',
    title: '16 requests at once, 64 connections',
    load: { ...USUAL, pipelined: 16 },
    peers: [...ALL, nginx],
  },
  {
    name: 'post',
    group: 'servers',
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
    group: 'servers',
    title: 'One request a connection, 32 at a time',
    load: { ...USUAL, connections: 32, oneShot: true },
    peers: [...RUNTIMES, nginx, oneShot],
  },
  {
    name: 'large',
    group: 'servers',
    title: 'Response of 100 KiB, 16 connections',
    load: {
      ...USUAL,
      request: { method: 'GET', target: '/large' },
      responseBytes: LARGE.length,
      connections: 16,
    },
    peers: [...RUNTIMES, nginx],
  },
  {
    name: 'stream',
    group: 'servers',
    title: 'Response in 16 pieces of 1 KiB, 64 connections',
    load: {
      ...USUAL,
      request: { method: 'GET', target: '/stream' },
      responseBytes: PIECE.length * PIECES,
    },
    peers: RUNTIMES,
  },
  {
    name: 'tls',
    group: 'servers',
    title: 'Keep-alive over TLS, 64 connections',
    load: { ...USUAL, secure: true },
    peers: [...RUNTIMES, nginx],
  },
  {
    name: 'file',
    group: 'files',
    title: 'File of 100 MiB, 4 connections',
    load: { ...USUAL, request: file, responseBytes: FILE_BYTES, connections: 4 },
    peers: FILE_SERVERS,
  },
  {
    name: 'file-range',
    group: 'files',
    title: '1 MiB from the middle of that file, 16 connections',
    load: {
      ...USUAL,
      request: { ...file, fields: [`Range: bytes=${RANGE_START}-${RANGE_START + MEBIBYTE - 1}`] },
      statusCode: 206,
      responseBytes: MEBIBYTE,
      connections: 16,
    },
    peers: FILE_SERVERS,
  },
  {
    name: 'proxy-small',
    group: 'proxies',
    title: 'Proxy, responses of 13 octets, 64 connections',
    load: { ...USUAL, request: { method: 'GET', target: '/small' } },
    peers: PROXIES,
    upstream: ORIGIN,
  },
  {
    name: 'proxy-large',
    group: 'proxies',
    title: 'Proxy, responses of 10 MiB, 4 connections',
    load: {
      ...USUAL,
      request: { method: 'GET', target: '/big' },
      responseBytes: 10 * MEBIBYTE,
      connections: 4,
    },
    peers: PROXIES,
    upstream: ORIGIN,
  },
  {
    name: 'proxy-upload',
    group: 'proxies',
    title: 'Proxy, uploads of 8 MiB, 4 connections',
    load: {
      ...USUAL,
      request: { method: 'POST', target: '/upload', contentBytes: 8 * MEBIBYTE },
      connections: 4,
    },
    peers: PROXIES,
    upstream: ORIGIN,
  },
]

/** One of them. @throws when there is none of that name */
export function scenarioOf(name: string): Scenario {
  const scenario = SCENARIOS.find((one) => one.name === name)
  if (scenario === undefined) throw new Error(`no scenario ${name}`)
  return scenario
}
