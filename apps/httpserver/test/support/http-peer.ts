import { request } from 'node:http'
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** A response as node:http's client reads it. */
export interface PeerResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly text: string
  readonly trailers: NodeJS.Dict<string>
}

/** What to send; GET by default. */
export interface PeerRequest {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string | Uint8Array
}

/** Asks by node:http, on a connection of its own. Rejects when the response is cut. */
export function ask(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: PeerRequest = {},
): Promise<PeerResponse> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, path, method, headers, host: '127.0.0.1', agent: false })
    outgoing.on('error', reject)
    outgoing.on('response', (response) => {
      buffer(response).then((octets) => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: octets,
          text: octets.toString(),
          trailers: response.trailers,
        })
      }, reject)
    })
    outgoing.end(body)
  })
}
