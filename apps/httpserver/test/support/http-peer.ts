import { once } from 'node:events'
import { request } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http'
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
export async function ask(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: PeerRequest = {},
): Promise<PeerResponse> {
  const outgoing = request({ port, path, method, headers, host: '127.0.0.1', agent: false })
  outgoing.end(body)
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  const octets = await buffer(response)
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: octets,
    text: octets.toString(),
    trailers: response.trailers,
  }
}
