// Who is measured: each in its usual form, in a process of its own.
import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { nginxConfiguration } from './nginx.ts'
import { HELLO, LARGE } from './servers/site.ts'
import { findEngine, findProgram } from './system/programs.ts'
import type { Launch } from './system/server-process.ts'
import type { Workshop } from './system/workshop.ts'

/** What a server is started for. */
export interface Duty {
  readonly workshop: Workshop
  readonly secure: boolean
  /** Where a proxy passes requests on to. */
  readonly upstreamPort?: number
  /** The Node that runs it, where it is one of ours or on node:http. Default: the one that runs the bench. */
  readonly node?: string
}

/** A server that can be started. */
export interface Peer {
  readonly name: string
  /** How to start it. @throws Missing when it is not to be had here */
  readonly prepare: (duty: Duty) => Promise<Launch>
  /** Where it has what the others have behind a target. Default: there too. */
  readonly targetOf?: (target: string) => string
}

const run = promisify(execFile)
const BUILD_PATIENCE_MS = 120_000
const AGAIN = 'rawhttp, again'
const DENO_ARGS = ['run', '--quiet', '--no-remote', '--no-lock', '--node-modules-dir=manual', '-A']

const HTTPSERVER = fileURLToPath(new URL('../../httpserver/dist/main.js', import.meta.url))
const LISTENING = /^Listening on http:\/\/\S+:(\d+)/

const rawhttp: Peer = onNode('rawhttp', 'servers/rawhttp.js')

type ServerName =
  | 'rawhttp'
  | 'again'
  | 'nodeHttp'
  | 'fastify'
  | 'hono'
  | 'bun'
  | 'deno'
  | 'go'
  | 'nginx'
  | 'oneShot'
  | 'floor'
  | 'directFloor'

/** The servers by name, in the order of the tables. Ours stands there twice: what differs between the two is noise. */
export const SERVERS: Readonly<Record<ServerName, Peer>> = {
  rawhttp,
  again: { ...rawhttp, name: AGAIN },
  nodeHttp: onNode('node:http', 'servers/node-http.js'),
  fastify: onNode('fastify', 'servers/fastify.js'),
  hono: onNode('hono', 'servers/hono.js'),
  bun: { name: 'Bun', prepare: prepareBun },
  deno: { name: 'Deno', prepare: prepareDeno },
  go: { name: 'Go', prepare: prepareGo },
  nginx: { name: 'nginx', prepare: prepareNginx },
  oneShot: onNode('one-shot', 'servers/one-shot.js'),
  floor: onNode('node:net', 'servers/socket-floor.js'),
  directFloor: onNode('node:net, direct', 'servers/socket-floor-direct.js'),
}

/** The app of this house as it is started by hand: its access log, checks and trailers are all on. */
const httpserver: Peer = {
  name: 'rawhttp',
  prepare: ({ workshop, upstreamPort, node = process.execPath }) =>
    Promise.resolve({
      command: node,
      args: [
        HTTPSERVER,
        ...['--port', '0', '--host', '127.0.0.1', '--video', workshop.file, '--upstream'],
        upstreamPort === undefined ? 'embedded' : `http://127.0.0.1:${upstreamPort}`,
      ],
      readPlace: (line) => {
        const port = LISTENING.exec(line)?.[1]
        return port === undefined ? undefined : { port: Number(port), version: 'apps/httpserver' }
      },
    }),
}

/** Who sends files. */
export const FILE_SERVERS: readonly Peer[] = [
  { ...httpserver, targetOf: () => '/video' },
  { ...httpserver, name: AGAIN, targetOf: () => '/video' },
  SERVERS.nodeHttp,
  SERVERS.bun,
  SERVERS.deno,
  SERVERS.go,
  SERVERS.nginx,
]

const behindHttpbin = (target: string): string => `/httpbin${target}`

/** Who passes requests on. */
export const PROXIES: readonly Peer[] = [
  { ...httpserver, targetOf: behindHttpbin },
  { ...httpserver, name: AGAIN, targetOf: behindHttpbin },
  onNode('http-proxy', 'proxies/http-proxy.js', ['--no-deprecation']),
  onNode('on undici', 'proxies/undici.js'),
  SERVERS.go,
  SERVERS.nginx,
]

/** The app itself, where its pages are asked for. */
export const HTTPSERVER_PAGE: Peer = { ...httpserver, name: 'apps/httpserver', targetOf: () => '/' }

/** What proxies pass requests on to. */
export const ORIGIN: Peer = onNode('origin', 'proxies/origin.js')

/** A program of this package. */
function onNode(name: string, program: string, flags: readonly string[] = []): Peer {
  return {
    name,
    prepare: async ({ node = process.execPath, ...duty }) => ({
      command: node,
      args: [...flags, built(program)],
      environment: await environmentOf(duty),
    }),
  }
}

/** The path of a file of the built bench. */
function built(program: string): string {
  return fileURLToPath(new URL(`../dist/${program}`, import.meta.url))
}

async function environmentOf(duty: Duty): Promise<Record<string, string>> {
  const { workshop, secure, upstreamPort } = duty
  const upstream =
    upstreamPort === undefined ? {} : { BENCH_UPSTREAM: `http://127.0.0.1:${upstreamPort}` }
  return { BENCH_FILE: workshop.file, ...upstream, ...(secure ? await workshop.secrets() : {}) }
}

async function prepareBun(duty: Duty): Promise<Launch> {
  const command = await findEngine('bun')
  return { command, args: [built('servers/bun.js')], environment: await environmentOf(duty) }
}

async function prepareDeno(duty: Duty): Promise<Launch> {
  const command = await findEngine('deno')
  const args = [...DENO_ARGS, built('servers/deno.js')]
  return { command, args, environment: await environmentOf(duty) }
}

async function prepareGo(duty: Duty): Promise<Launch> {
  const compiler = await findProgram('go')
  const { folder } = duty.workshop
  const command = join(folder, 'go-server')
  const source = fileURLToPath(new URL('../peers/go-server.go', import.meta.url))
  // What it caches goes with the folder; no module is asked for.
  const env = { ...process.env, GOCACHE: join(folder, 'go-cache'), GO111MODULE: 'off' }
  await run(compiler, ['build', '-o', command, source], { env, timeout: BUILD_PATIENCE_MS })
  return { command, args: [], environment: await environmentOf(duty) }
}

async function prepareNginx({ workshop, secure, upstreamPort }: Duty): Promise<Launch> {
  const command = await findProgram('nginx')
  const { stderr } = await run(command, ['-v'])
  const port = await freePort()
  await workshop.write('hello', HELLO)
  await workshop.write('large', LARGE)
  const place = { port, secure, upstreamPort, workshop }
  const file = await workshop.write(`nginx-${port}.conf`, nginxConfiguration(place))
  return {
    command,
    args: ['-p', workshop.folder, '-c', file, '-e', 'stderr'],
    place: { port, version: /nginx\/(\S+)/.exec(stderr)?.[1] ?? '' },
  }
}

// Another program may take it before nginx does, which would be told as a start that failed.
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => {
        resolve(port)
      })
    })
  })
}
