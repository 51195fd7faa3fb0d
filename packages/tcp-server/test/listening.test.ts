import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { serve } from '../src/index.ts'
import type { Handler } from '../src/index.ts'
import { request } from './support/connect.ts'
import { echoTarget } from './support/handlers.ts'
import { crowd } from './support/crowd.ts'
import { dial } from './support/raw-client.ts'
import { start } from './support/start.ts'

const whoAsks: Handler = (incoming, writer) =>
  writer.respond(200, `${incoming.transport} "${incoming.remoteAddress}"`)

const get = (target: string, ...lines: readonly string[]): string =>
  request(`GET ${target}`, ...lines)

describe('listening', () => {
  test('on localhost means both loopback addresses and one port', async () => {
    const server = await start(echoTarget)
    expect(server.port).toBeGreaterThan(0)
    expect(server.state).toBe('Listening')
    for (const host of ['127.0.0.1', '::1']) {
      const client = await dial({ host, port: server.port })
      client.send(get('/a'))
      expect(await client.respond()).toMatchObject([{ statusCode: 200, body: '/a' }])
      client.socket.destroy()
    }
  })

  test('on one address leaves the others alone', async () => {
    const server = await start(echoTarget, { host: '127.0.0.1' })
    await expect(dial({ host: '::1', port: server.port })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    })
  })

  test('on a port that is taken fails with the reason', async () => {
    const server = await start(echoTarget)
    await expect(serve(server.port, echoTarget)).rejects.toMatchObject({
      name: 'TransportError',
      code: 'ERR_LISTEN',
      cause: { code: 'EADDRINUSE' },
    })
    await expect(serve(server.port, echoTarget, { host: '127.0.0.1' })).rejects.toMatchObject({
      code: 'ERR_LISTEN',
    })
  })

  test('on an address that is not here fails with the reason', async () => {
    await expect(serve(0, echoTarget, { host: '192.0.2.1' })).rejects.toMatchObject({
      code: 'ERR_LISTEN',
      cause: { code: 'EADDRNOTAVAIL' },
    })
  })

  test('finds another port when the one is taken at the other address', async () => {
    const holders = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const holder = createServer().listen(0, '::1')
        await once(holder, 'listening')
        return holder
      }),
    )
    const server = await start(echoTarget)
    const taken = holders.map((holder) => (holder.address() as AddressInfo).port)
    expect(taken).not.toContain(server.port)
    for (const holder of holders) holder.close()
  })

  test('refuses options that cannot work', async () => {
    await expect(serve(0, echoTarget, { headTimeoutMs: 0 })).rejects.toMatchObject({
      name: 'UsageError',
      code: 'ERR_OPTION',
    })
  })

  test('serves no TCP client that has reset its connection: it has no address any more', async () => {
    const served: string[] = []
    const errors: unknown[] = []
    const server = await start(
      ({ requestLine }, writer) => {
        served.push(requestLine.requestTarget)
        writer.respond(200)
      },
      {
        host: '127.0.0.1',
        onError: (error, { remoteAddress }) => errors.push([error, remoteAddress]),
      },
    )
    const target = { host: '127.0.0.1', port: server.port }
    await crowd({ target, count: 50, octets: get('/forged'), reset: true }, () => {})
    const client = await dial(server.port)
    client.send(get('/last'))
    await client.respond()
    client.socket.destroy()
    expect(served).toEqual(['/last'])
    expect(errors).toHaveLength(50)
    expect(errors[0]).toMatchObject([{ code: 'ERR_PEER_CLOSED' }, ''])
  })

  test('on a unix socket whose name is too long is refused: the system would cut it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rawhttp-'))
    const path = join(folder, 'x'.repeat(120))
    await expect(serve(0, echoTarget, { path })).rejects.toMatchObject({
      code: 'ERR_OPTION',
      message: expect.stringMatching(/^path: expected at most 10\d octets, got 1\d\d$/),
    })
    expect(await readdir(folder)).toEqual([])
    await rm(folder, { recursive: true })
  })

  test('on a unix socket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rawhttp-'))
    const path = join(folder, 'socket')
    const server = await start(whoAsks, { path })
    expect(server.port).toBe(0)
    const client = await dial({ path })
    client.send(get('/'))
    expect(await client.respond()).toMatchObject([{ statusCode: 200, body: 'unix ""' }])
    client.socket.destroy()
    await server.close()
    await rm(folder, { recursive: true })
  })

  test('on a server that listens already', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const server = await start(echoTarget, { handle: other })
    expect(server.port).toBe((other.address() as AddressInfo).port)
    const client = await dial(server.port)
    client.send(get('/a'))
    expect(await client.respond()).toMatchObject([{ body: '/a' }])
    client.socket.destroy()
  })

  test.each([
    ['TCP socket', undefined, 'tcp "127.0.0.1"'],
    ['unix socket', 'socket', 'unix ""'],
    ['abstract socket', '\0', 'unix ""'],
  ])('on the %s of a descriptor, as systemd passes it', async (_, name, peer) => {
    const folder = await mkdtemp(join(tmpdir(), 'rawhttp-'))
    const path = name === '\0' ? `\0${folder}` : join(folder, name ?? '')
    const target = name === undefined ? { port: 0, host: '127.0.0.1' } : { path }
    const parent = createServer().listen(target)
    await once(parent, 'listening')
    const address = parent.address()
    const port = address === null || typeof address === 'string' ? 0 : address.port
    const script = `
      const { serve } = await import(${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)})
      const server = await serve(0, (${whoAsks.toString()}), { fd: 3 })
      console.log(server.port)
      process.once('SIGTERM', () => server.close())`
    const handle = (parent as unknown as { _handle: { fd: number } })._handle
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit', handle.fd],
    }) as ChildProcessByStdio<null, Readable, null>
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    expect(Number(line)).toBe(port)
    // Closing removes the name of a socket that is in the file system.
    const kept = `${path}-kept`
    if (name === 'socket') await rename(path, kept)
    parent.close()
    const place = name === 'socket' ? { path: kept } : { ...target, port }
    const client = await dial(place)
    client.send(get('/', 'Connection: close'))
    expect(await client.respond()).toMatchObject([{ body: peer }])
    client.socket.destroy()
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    await rm(folder, { recursive: true })
  })
})
