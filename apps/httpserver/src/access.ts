import { performance } from 'node:perf_hooks'
import { ProtocolError } from '@rawhttp/headers'
import type { ResponseWriter } from '@rawhttp/response-writer'
import { TransportError } from '@rawhttp/tcp-server'
import type { ErrorContext, Handler, IncomingRequest } from '@rawhttp/tcp-server'
import type { Log } from './log.ts'
import { UpstreamError } from './upstream.ts'

/** The handler, with one access line for every request when its response is written, or when it failed. */
export function logRequests(handler: Handler, log: Log): Handler {
  return (request, writer) => {
    const start = performance.now()
    const record = (fault?: unknown): void => {
      const { method, requestTarget } = request.requestLine
      log.access({
        method,
        target: requestTarget,
        status: statusOf(writer, fault),
        bytes: contentBytes(request, writer),
        milliseconds: Math.round((performance.now() - start) * 1000) / 1000,
        remote: request.remoteAddress,
        fault: fault === undefined ? undefined : describeFault(fault),
      })
    }
    let outcome: void | Promise<void>
    try {
      outcome = handler(request, writer)
    } catch (fault) {
      record(fault)
      throw fault
    }
    if (outcome === undefined) {
      record()
      return
    }
    return outcome.then(
      () => record(),
      (fault: unknown) => {
        record(fault)
        throw fault
      },
    )
  }
}

/** What the server reports besides: a line for a request that was refused before it could be handled, a warning for a fault here. */
export function logError(error: Error, context: ErrorContext, log: Log): void {
  const { requestLine, remoteAddress } = context
  if (error instanceof ProtocolError) {
    if (requestLine !== undefined) return
    log.access({
      method: '-',
      target: '-',
      status: error.status,
      bytes: 0,
      milliseconds: 0,
      remote: remoteAddress,
      fault: error.code,
    })
  } else if (!(error instanceof TransportError) || error.code === 'ERR_ACCEPT') {
    const request =
      requestLine === undefined ? '' : `${requestLine.method} ${requestLine.requestTarget}: `
    log.warn(`${request}${error instanceof UpstreamError ? error.message : error.stack}`)
  }
}

// A handler that fails before its head is answered with 500 by the server, after this; a refused request has its answer already.
function statusOf(writer: ResponseWriter, fault: unknown): number {
  return fault === undefined || writer.headSent ? writer.statusCode : 500
}

function contentBytes({ requestLine }: IncomingRequest, { writtenBytes }: ResponseWriter): number {
  return requestLine.method === 'HEAD' ? 0 : writtenBytes
}

function describeFault(fault: unknown): string {
  return fault instanceof Error && 'code' in fault ? String(fault.code) : 'ERR_HANDLER'
}
