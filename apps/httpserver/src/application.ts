import { constants } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import type { TlsOptions } from 'node:tls'
import { serve } from '@rawhttp/tcp-server'
import type { Server, ServerOptions } from '@rawhttp/tcp-server'
import { logError, logRequests } from './access.ts'
import type { Config } from './config.ts'
import { startEmbeddedHttpbin } from './embedded/httpbin.ts'
import type { InheritedSocket } from './inherited-sockets.ts'
import { listeningPlaces } from './listening-places.ts'
import type { Log } from './log.ts'
import { routeRequests } from './router.ts'
import { makeFallback, makeRoutes } from './routes.ts'
import { connectUpstream } from './upstream.ts'

/** What was started. */
export interface Application {
  /** The server that was asked for, further ones such as that for HTTPS, and the embedded httpbin if there is one. */
  readonly servers: readonly Server[]
  /**
   * Reads the certificate anew, for new connections.
   *
   * @returns whether there is a server that needs one
   * @throws when it cannot be read or used; the one before stays
   */
  updateCertificate(): Promise<boolean>
  /** Closes all of them gracefully. */
  close(): Promise<void>
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
  const servers: Server[] = []
  const secureServers: Server[] = []
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close()))
  }
  try {
    const upstreamUrl = await findUpstream(config, servers)
    const upstream = connectUpstream(upstreamUrl, config.upstreamTimeoutMs)
    const routes = makeRoutes(config, upstream, (error, { requestLine }) => {
      log.warn(`${requestLine.method} ${requestLine.requestTarget}: ${error.message}`)
    })
    const handler = logRequests(routeRequests(routes, makeFallback(config)), log)
    const options = serverOptions(config, log)
    for (const [i, place] of listeningPlaces(config, inherited).entries()) {
      const tls = place.secure ? { tls: await readCertificate(config) } : {}
      const server = await serve(place.port, handler, { ...options, ...place.options, ...tls })
      servers.splice(i, 0, server)
      if (place.secure) secureServers.push(server)
      const rest = i === 0 ? `, upstream ${upstreamUrl.href}` : ''
      log.started(`Listening on ${place.name(server.port)}${rest}`)
    }
  } catch (error) {
    await close()
    throw error
  }
  const updateCertificate = async (): Promise<boolean> => {
    if (secureServers.length === 0) return false
    const tls = await readCertificate(config)
    for (const server of secureServers) server.updateTls(tls)
    return true
  }
  return { servers, updateCertificate, close }
}

// Without its files the rest of the server works, and they may come yet, so it is only told.
async function checkContents({ video, public: folder }: Config, log: Log): Promise<void> {
  await access(video, constants.R_OK).catch((error: Error) => {
    log.warn(`/video answers 404: ${error.message}`)
  })
  if (folder === undefined) return
  // With the dot it must be a folder.
  await access(`${folder}/.`, constants.X_OK).catch((error: Error) => {
    log.warn(`/static answers 404: ${error.message}`)
  })
}

async function findUpstream(config: Config, servers: Server[]): Promise<URL> {
  if (config.upstream !== 'embedded') return config.upstream
  const httpbin = await startEmbeddedHttpbin(config)
  servers.push(httpbin)
  return new URL(`http://127.0.0.1:${httpbin.port}`)
}

async function readCertificate({ tlsCert, tlsKey }: Config): Promise<TlsOptions> {
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new Error('HTTPS needs --tls-cert and --tls-key')
  }
  return { cert: await readFile(tlsCert), key: await readFile(tlsKey) }
}

function serverOptions(config: Config, log: Log): ServerOptions {
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
    onError: (error, context) => logError(error, context, log),
  }
}
