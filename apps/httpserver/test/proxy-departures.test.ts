// A client that sends FIN may have left, or may have said all that it has to say and wait for the answer: nothing tells the two
// apart before the answer is sent (RFC 9112 §9.6). So it is answered, and what was done for one that has left ends there.
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { Config } from '../src/config.ts'
import { chain, get, OK, running } from './support/chain.ts'
import type { Chain } from './support/chain.ts'
import { exchange, RawClient } from './support/raw-client.ts'

interface Waiting extends Chain {
  readonly client: RawClient
  /** The upstream's connection: it has the request, and has not answered. */
  readonly upstreamSocket: Socket
}

/** A client whose request has reached the upstream. */
async function waiting(changes: Partial<Config> = {}): Promise<Waiting> {
  let asked: (socket: Socket) => void = () => undefined
  const request = new Promise<Socket>((resolve) => (asked = resolve))
  const made = await chain((socket) => asked(socket), changes)
  const client = new RawClient(made.port).send('GET /httpbin/slow HTTP/1.1\r\nHost: a\r\n\r\n')
  running.push({ stop: () => client.socket.destroy() })
  return { ...made, client, upstreamSocket: await request }
}

async function halfClose({ client, port }: Waiting): Promise<void> {
  client.socket.end()
  await once(client.socket, 'finish')
  // The server has seen it when it has done something else.
  await exchange(port, get('/'))
}

async function leave({ client, port }: Waiting): Promise<void> {
  client.socket.destroy()
  await once(client.socket, 'close')
  await exchange(port, get('/'))
}

describe('a client that ends its side while the upstream works', () => {
  test('gets the whole response (RFC 9112 §9.6)', async () => {
    const chained = await waiting()
    await halfClose(chained)
    chained.upstreamSocket.write(OK)
    const response = await chained.client.untilClosed()
    expect(response).toMatch(
      /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n2\r\nok\r\n0\r\n(?:[^\r\n]+\r\n){2}\r\n$/,
    )
    await expect.poll(() => chained.application.connectionCount).toBe(0)
  })

  test('gets a 504 when the upstream stays silent, and nothing is left', async () => {
    const chained = await waiting({ upstreamTimeoutMs: 200 })
    await halfClose(chained)
    expect(await chained.client.untilClosed()).toMatch(/^HTTP\/1\.1 504 Gateway Timeout\r\n/)
    await chained.upstream.closedConnections(1)
    await expect.poll(() => chained.application.connectionCount).toBe(0)
  })
})

describe('a client that is gone while the upstream works', () => {
  test('by FIN frees the upstream as soon as the answer cannot be written (RFC 9112 §9.6)', async () => {
    const chained = await waiting()
    await leave(chained)
    const { upstreamSocket } = chained
    upstreamSocket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
    const more = (): void => {
      while (upstreamSocket.writable && upstreamSocket.write(`2000\r\n${'x'.repeat(8192)}\r\n`));
    }
    upstreamSocket.on('drain', more)
    more()
    await chained.upstream.closedConnections(1)
    await expect.poll(() => chained.application.connectionCount).toBe(0)
    expect(chained.application.log.warnings).toEqual([])
  })

  test('by FIN frees the upstream when it stays silent, and nothing is left', async () => {
    const chained = await waiting({ upstreamTimeoutMs: 200 })
    await leave(chained)
    await chained.upstream.closedConnections(1)
    await expect.poll(() => chained.application.connectionCount).toBe(0)
  })

  test('by RST frees the upstream at once', async () => {
    // Nothing but the reset can end it: the deadline is far away.
    const chained = await waiting({ upstreamTimeoutMs: 3_600_000 })
    chained.client.socket.resetAndDestroy()
    await chained.upstream.closedConnections(1)
    expect(chained.upstream.requests.join('').match(/GET/g)).toHaveLength(1)
    await expect.poll(() => chained.application.connectionCount).toBe(0)
  })

  test('by FIN inside its request frees the upstream at once (RFC 9112 §8)', async () => {
    let asked: () => void = () => undefined
    const request = new Promise<void>((resolve) => (asked = resolve))
    const { port, upstream, application } = await chain(() => asked(), {
      upstreamTimeoutMs: 3_600_000,
    })
    const client = new RawClient(port).send(
      'POST /httpbin/post HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nhello',
    )
    await request
    client.socket.end()
    await upstream.closedConnections(1)
    await expect.poll(() => application.connectionCount).toBe(0)
  })
})
