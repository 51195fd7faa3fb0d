import { serve } from '@rawhttp/tcp-server'
import { afterEach, expect, test } from 'vitest'
import { Admission } from '../src/admission.ts'
import { serveProxy } from '../src/handlers/proxy.ts'
import { Pace } from '../src/pace.ts'
import { splitTarget } from '../src/target.ts'
import { TRUST_NOBODY } from '../src/trusted-proxies.ts'
import { Tunnels } from '../src/tunnel.ts'
import { connectUpstream } from '../src/upstream.ts'
import { RawClient } from './support/raw-client.ts'
import { startScriptedUpstream } from './support/scripted-upstream.ts'

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

const NEVER = new Promise<void>(() => undefined)

test('a client that takes less than it must is given up', async () => {
  const pace = new Pace(10, 1_000_000)
  await expect(pace.within(NEVER, 1000)).rejects.toMatchObject({
    code: 'ERR_WRITE_TIMEOUT',
    message: 'The client took less than 1000000 octets a second',
  })
})

test('the more there is to take, the longer that may last', async () => {
  const pace = new Pace(10, 1000)
  const ended: string[] = []
  const large = pace.within(NEVER, 1000).catch(() => ended.push('1000 octets'))
  const small = pace.within(NEVER, 100).catch(() => ended.push('100 octets'))
  await Promise.all([large, small])
  expect(ended).toEqual(['100 octets', '1000 octets'])
})

test('what is taken in time, or fails, ends the waiting', async () => {
  const pace = new Pace(3_600_000, 1)
  await expect(pace.within(Promise.resolve(), 1)).resolves.toBeUndefined()
  await expect(pace.within(Promise.reject(new Error('gone')), 1)).rejects.toThrow('gone')
})

test('without a rate nothing is given up', () => {
  expect(new Pace(1, 0).within(NEVER, 1)).toBe(NEVER)
})

test('a client that takes a proxied response too slowly is cut, and the upstream let go', async () => {
  const upstream = await startScriptedUpstream((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n')
    socket.write(Buffer.alloc(67_108_864))
  })
  const proxy = serveProxy({
    upstream: connectUpstream(upstream.url, 1, 3_600_000),
    prefix: '',
    pseudonym: 'test',
    tunnelled: () => undefined,
    trusts: TRUST_NOBODY,
    admission: new Admission({ total: 1, perClient: 1, waiting: 1, waitMs: 1 }),
    pace: new Pace(10, 1_000_000),
    tunnels: new Tunnels(1, 1),
    report: () => undefined,
  })
  const reasons: unknown[] = []
  const server = await serve(
    0,
    async (request, writer) => {
      const target = splitTarget(request.requestLine.requestTarget)
      await Promise.resolve(proxy(request, writer, target)).catch((error: unknown) => {
        reasons.push(error)
        throw error
      })
    },
    { host: '127.0.0.1', writeTimeoutMs: 3_600_000 },
  )
  const client = new RawClient(server.port).send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  stops.push(
    () => client.socket.destroy(),
    () => server.abort(),
    () => upstream.stop(),
  )
  client.socket.pause()
  await upstream.closedConnections(1)
  expect(reasons).toMatchObject([{ code: 'ERR_WRITE_TIMEOUT' }])
})
