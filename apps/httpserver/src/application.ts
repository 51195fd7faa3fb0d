import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { serve } from '@rawhttp/tcp-server'
import type { Server, ServerOptions } from '@rawhttp/tcp-server'
import { AccessLog } from './access.ts'
import { Admission } from './admission.ts'
import { guardHosts } from './allowed-hosts.ts'
import { readCertificate } from './certificate.ts'
import type { Config } from './config.ts'
import { startEmbeddedHttpbin } from './embedded/httpbin.ts'
import type { ProxyOptions } from './handlers/proxy.ts'
import type { InheritedSocket } from './inherited-sockets.ts'
import { listenFailure, listeningPlaces } from './listening-places.ts'
import type { Log } from './log.ts'
import { openFile } from './opened-file.ts'
import { Pace } from './pace.ts'
import { routeRequests } from './router.ts'
import { makeFallback, makeRoutes } from './routes.ts'
import { Tunnels } from './tunnel.ts'
import { connectUpstream } from './upstream.ts'

// For a place among the requests at the upstream; how many requests of a client, and how long.
const MOST_WAITING = 1024
const LONGEST_WAIT_MS = 10_000

/** What was started. Signals close it as they do a server. */
export interface Application extends Pick<Server, 'state' | 'close' | 'abort'> {
  /** The server that was asked for, further ones such as that for HTTPS, and the embedded httpbin if there is one. */
  readonly servers: readonly Server[]
  /**
   * Reads the certificate anew, for new connections.
   *
   * @returns whether there is a server that needs one
   * @throws when it cannot be read or used; the one before stays
   */
  updateCertificate(): Promise<boolean>
}

/**
 * Starts what `config` describes.
 *
 * @param inherited sockets that are listened on already, in place of those to be opened
 * @throws when an address cannot be listened on or a certificate cannot be read; nothing is left running then
 */
export async function startApplication(
  config: Config,
  log: Log,
  inherited: readonly InheritedSocket[] = [],
): Promise<Application> {
  await checkContents(config, log)
  const places = listeningPlaces(config, inherited)
  // All that can be wrong with them is known before a client can come.
  const tls = places.some(({ secure }) => secure) ? await readCertificate(config) : undefined
  const running = new Running()
  const secureServers: Server[] = []
  try {
    const upstreamUrl = await findUpstream(config, running)
    const accessLog = new AccessLog(log, config.trustProxy)
    const proxy = proxyParts(config, upstreamUrl, log, accessLog)
    running.tunnels = proxy.tunnels
    const routes = makeRoutes(config, proxy)
    const router = routeRequests(routes, makeFallback(config))
    const options = serverOptions(config, accessLog)
    // Each worker has an httpbin of its own, on a port of its own.
    const upstreamName =
      running.httpbin !== undefined && config.workers > 1 ? 'embedded' : upstreamUrl.href
    const lines: string[] = []
    for (const [i, place] of places.entries()) {
      const secure = place.secure && tls !== undefined ? { tls } : {}
      const listening = 'host' in place.options ? place.options.host : undefined
      const handler = accessLog.handler(guardHosts(router, listening, config.allowHost))
      const server = await serve(place.port, handler, {
        ...options,
        ...place.options,
        ...secure,
      }).catch((error: Error) => {
        throw listenFailure(config, place, error)
      })
      running.fronts.push(server)
      if (place.secure) secureServers.push(server)
      const rest = i === 0 ? `, upstream ${upstreamName}` : ''
      lines.push(`Listening on ${place.name(server.port)}${rest}`)
    }
    for (const line of lines) log.started(line)
  } catch (error) {
    await running.close()
    throw error
  }
  const updateCertificate = async (): Promise<boolean> => {
    if (secureServers.length === 0) return false
    const tls = await readCertificate(config)
    for (const server of secureServers) server.updateTls(tls)
    return true
  }
  return Object.assign(running, { updateCertificate })
}

function proxyParts(
  config: Config,
  upstreamUrl: URL,
  log: Log,
  accessLog: AccessLog,
): Omit<ProxyOptions, 'prefix' | 'trusts'> {
  const { upstreamConnections: total, upstreamTimeoutMs } = config
  return {
    pseudonym: config.via,
    upstream: connectUpstream(upstreamUrl, total, upstreamTimeoutMs),
    admission: new Admission({
      total,
      perClient: config.upstreamConnectionsPerClient,
      waiting: MOST_WAITING,
      waitMs: Math.min(upstreamTimeoutMs, LONGEST_WAIT_MS),
    }),
    pace: new Pace(config.writeTimeoutMs, config.minResponseRate),
    // The rest is for requests, which end.
    tunnels: new Tunnels(Math.ceil(total / 2), config.tunnelIdleTimeoutMs),
    tunnelled: (request, toClient, fromClient) => {
      accessLog.tunnelled(request, toClient, fromClient)
    },
    report: (error, { requestLine }) => {
      log.warn(`${requestLine.method} ${requestLine.requestTarget}: ${error.message}`)
    },
  }
}

/** The servers of an application. */
class Running {
  readonly fronts: Server[] = []
  /** The embedded upstream. */
  httpbin: Server | undefined
  tunnels: Tunnels | undefined
  state: 'Listening' | 'Draining' | 'Closed' = 'Listening'
  #closed: Promise<void> | undefined

  get servers(): readonly Server[] {
    return this.httpbin === undefined ? this.fronts : [...this.fronts, this.httpbin]
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close())
  }

  abort(): void {
    void this.close()
    for (const server of this.servers) server.abort()
  }

  async #close(): Promise<void> {
    this.state = 'Draining'
    this.tunnels?.drain()
    await Promise.all(this.fronts.map((server) => server.close()))
    // Last: what is in progress still asks it.
    this.httpbin?.abort()
    await this.httpbin?.close()
    this.state = 'Closed'
  }
}

// Without its files the rest of the server works, and they may come yet, so it is only told.
async function checkContents({ video, public: folder }: Config, log: Log): Promise<void> {
  await checkVideo(video).catch((error: Error) => {
    log.warn(`/video answers 404: ${error.message}`)
  })
  if (folder === undefined) return
  // With the dot it must be a folder.
  await access(`${folder}/.`, constants.X_OK).catch((error: Error) => {
    log.warn(`/static answers 404: ${error.message}`)
  })
}

async function checkVideo(path: string): Promise<void> {
  await access(path, constants.R_OK)
  const file = await openFile(path)
  if (file === undefined) throw new Error(`${path} is no regular file`)
  await file.handle.close()
}

async function findUpstream(config: Config, running: Running): Promise<URL> {
  if (config.upstream !== 'embedded') return config.upstream
  const httpbin = await startEmbeddedHttpbin(config)
  running.httpbin = httpbin
  return new URL(`http://127.0.0.1:${httpbin.port}`)
}

function serverOptions(config: Config, accessLog: AccessLog): ServerOptions {
  return {
    persistent: config.connection === 'keep-alive',
    headTimeoutMs: config.headerTimeoutMs,
    requestTimeoutMs: config.requestTimeoutMs,
    idleTimeoutMs: config.keepAliveTimeoutMs,
    writeTimeoutMs: config.writeTimeoutMs,
    handshakeTimeoutMs: config.handshakeTimeoutMs,
    drainTimeoutMs: config.gracePeriodMs,
    maxConnections: config.maxConnections,
    maxRequestsPerConnection: config.maxRequestsPerConnection,
    limits: {
      maxRequestLineBytes: Math.ceil(config.maxHeaderSize / 2),
      maxHeaderSectionBytes: config.maxHeaderSize,
      maxFieldLines: config.maxHeadersCount,
      maxBodyBytes: config.maxBodySize,
    },
    onError: (error, context) => accessLog.failed(error, context),
  }
}
