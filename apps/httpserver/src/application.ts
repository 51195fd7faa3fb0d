import { constants } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import type { TlsOptions } from 'node:tls'
import { serve } from '@rawhttp/tcp-server'
import type { Server, ServerOptions } from '@rawhttp/tcp-server'
import { logError, logRequests } from './access.ts'
import type { Config } from './config.ts'
import { startEmbeddedHttpbin } from './embedded/httpbin.ts'
import type { Log } from './log.ts'
import { routeRequests } from './router.ts'
import { makeFallback, makeRoutes } from './routes.ts'
import { connectUpstream } from './upstream.ts'

/** What was started. */
export interface Application {
  /** The server that was asked for, the one for HTTPS if there is one, and the embedded httpbin if there is one. */
  readonly servers: readonly Server[]
  /** Closes all of them gracefully. */
  close(): Promise<void>
}

/**
 * Starts what `config` describes.
 *
 * @throws when an address cannot be listened on or a certificate cannot be read; nothing is left running then
 */
export async function startApplication(config: Config, log: Log): Promise<Application> {
  await checkVideo(config.video, log)
  const servers: Server[] = []
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
    const server = await serve(config.port, handler, options)
    servers.unshift(server)
    log.started(`Listening on http://${config.host}:${server.port}, upstream ${upstreamUrl.href}`)
    if (config.tlsPort !== undefined) {
      const tls = await readCertificate(config)
      const secureServer = await serve(config.tlsPort, handler, { ...options, tls })
      servers.push(secureServer)
      log.started(`Listening on https://${config.host}:${secureServer.port}`)
    }
  } catch (error) {
    await close()
    throw error
  }
  return { servers, close }
}

// Without its file the rest of the server works, so it is only told.
async function checkVideo(file: string, log: Log): Promise<void> {
  await access(file, constants.R_OK).catch((error: Error) => {
    log.warn(`/video answers 404: ${error.message}`)
  })
}

async function findUpstream(config: Config, servers: Server[]): Promise<URL> {
  if (config.upstream !== 'embedded') return config.upstream
  const httpbin = await startEmbeddedHttpbin(config.gracePeriodMs)
  servers.push(httpbin)
  return new URL(`http://127.0.0.1:${httpbin.port}`)
}

// Both are there whenever there is a port for them.
async function readCertificate({ tlsCert = '', tlsKey = '' }: Config): Promise<TlsOptions> {
  return { cert: await readFile(tlsCert), key: await readFile(tlsKey) }
}

function serverOptions(config: Config, log: Log): ServerOptions {
  return {
    host: config.host,
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
