import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { chain, get, OK, running } from './support/chain.ts'
import { exchange, RawClient } from './support/raw-client.ts'

const HANDSHAKE =
  'GET /httpbin/chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n'

// Gives back every octet that comes, or answers a request that does not ask for another protocol.
function echo(socket: Socket, head: string): void {
  if (!/\r\nUpgrade: echo\r\n/.test(`${head}\r\n`)) {
    socket.end(OK)
    return
  }
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n')
  socket.on('data', (octets) => socket.write(String(octets), 'latin1'))
  socket.on('end', () => socket.end())
}

async function openTunnel(port: number): Promise<RawClient> {
  const client = new RawClient(port).send(HANDSHAKE)
  running.push({ stop: () => client.socket.destroy() })
  await client.until(/^HTTP\/1\.1 101 [^]*\r\n\r\n/)
  return client
}

describe('a tunnel', () => {
  test('that is silent for too long ends at both sides', async () => {
    const { port, upstream } = await chain(echo, { tunnelIdleTimeoutMs: 100 })
    const client = await openTunnel(port)
    await client.untilClosed()
    await upstream.closedConnections(1)
  })

  test('takes a place at the upstream of its client, until it has ended', async () => {
    const { port, upstream } = await chain(echo, {
      upstreamConnections: 4,
      upstreamConnectionsPerClient: 1,
    })
    const client = await openTunnel(port)
    const waiting = new RawClient(port).send(get('/httpbin/get'))
    const other = new RawClient(port, '127.0.0.1', '127.0.0.2').send(get('/httpbin/get'))
    expect(await other.untilClosed()).toMatch(/^HTTP\/1\.1 200 /)
    expect(waiting.received).toBe('')
    expect(upstream.requests).toHaveLength(2)
    client.socket.end()
    expect(await waiting.untilClosed()).toMatch(/^HTTP\/1\.1 200 /)
  })

  test('is refused when half of all places are tunnels', async () => {
    const { port, upstream } = await chain(echo, { upstreamConnections: 2 })
    const client = await openTunnel(port)
    const refused = await exchange(port, HANDSHAKE.replace('Upgrade\r', 'Upgrade, close\r'))
    expect(refused).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n[^]*\r\nRetry-After: 5\r\n/)
    expect(refused).toContain('Too many connections have switched protocols here')
    await upstream.closedConnections(1)
    expect(await exchange(port, get('/httpbin/get'))).toMatch(/^HTTP\/1\.1 200 /)
    client.socket.end()
    await upstream.closedConnections(3)
    await openTunnel(port)
  })

  test('that is silent ends long before the grace period does', async () => {
    const { port, upstream, application } = await chain(echo, { gracePeriodMs: 3_600_000 })
    const client = await openTunnel(port)
    const closed = application.close()
    client.send('on its way')
    await client.until(/on its way$/)
    await client.untilClosed()
    await upstream.closedConnections(1)
    await closed
  })
})
