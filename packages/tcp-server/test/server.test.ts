import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { closeOnSignals } from '../src/index.ts'
import type { Server, ServerOptions } from '../src/index.ts'
import { request, settle } from './support/connect.ts'
import { echo, echoTarget, fieldLines, gate } from './support/handlers.ts'
import { HandClock } from './support/hand-clock.ts'
import { dial } from './support/raw-client.ts'
import type { RawClient } from './support/raw-client.ts'
import { start } from './support/start.ts'

const get = (target: string, ...lines: readonly string[]): string =>
  request(`GET ${target}`, ...lines)

// A server that has as many connections as it may.
async function fill(options: ServerOptions): Promise<{ server: Server; served: RawClient[] }> {
  const server = await start(echoTarget, { maxConnections: 3, ...options })
  const served: RawClient[] = []
  for (let i = 0; i < 3; i++) {
    const client = await dial(server.port)
    client.send(get('/'))
    await client.respond()
    served.push(client)
  }
  return { server, served }
}

describe('RFC 9112 §9 over a socket', () => {
  test('keeps the connection, and answers in order', async () => {
    const server = await start(echo)
    const client = await dial(server.port)
    client.send(get('/1')).send(`${request('POST /2', 'Content-Length: 3')}abc${get('/3')}`)
    const bodies = (await client.respond(3)).map(({ body }) => body)
    expect(bodies).toEqual(['GET /1', 'POST /2 abc', 'GET /3'])
    expect(server.connectionCount).toBe(1)
    client.socket.end()
    expect(await client.ended).toBe('end')
  })

  test('answers a client that half-closed behind its request (RFC 9112 §9.6)', async () => {
    const server = await start(async (_, writer) => {
      await settle()
      writer.respond(200, 'x'.repeat(1_000_000))
    })
    const client = await dial(server.port)
    client.socket.end(get('/'))
    expect(await client.ended).toBe('end')
    expect(client.responses()).toMatchObject([{ statusCode: 200 }])
    expect(client.responses()[0]?.body).toHaveLength(1_000_000)
  })

  test.each([13, 300_000, 20_000_000])(
    'closes behind a request that says close, and the client has all %i octets (RFC 9112 §9.6)',
    async (bytes) => {
      const body = new Uint8Array(bytes).fill(0x78)
      const server = await start((_, writer) => writer.respond(200, body))
      const clients = await Promise.all(Array.from({ length: 5 }, () => dial(server.port)))
      for (const client of clients) client.send(request('GET /', 'Connection: close'))
      for (const client of clients) {
        expect(await client.ended).toBe('end')
        expect(client.responses()[0]?.body.length).toBe(bytes)
      }
      for (const client of clients) client.socket.destroy()
      while (server.connectionCount > 0) await settle()
    },
  )

  test('knows where a request came from', async () => {
    const server = await start((incoming, writer) => {
      writer.respond(200, `${incoming.remoteAddress} ${incoming.secure}`)
    })
    const client = await dial(server.port)
    client.send(get('/'))
    expect(await client.respond()).toMatchObject([{ body: '127.0.0.1 false' }])
    client.socket.destroy()
  })

  test('lets each of 1,000 refused uploads read its answer (RFC 9112 §9.6)', async () => {
    const server = await start(echo, { host: '127.0.0.1', limits: { maxBodyBytes: 1000 } })
    const upload = Buffer.concat([
      Buffer.from(request('POST /', 'Content-Length: 300000')),
      Buffer.alloc(300_000, 0x61),
    ])
    const ends: Record<string, number> = {}
    let answered = 0
    let next = 0
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        while (next++ < 1000) {
          const client = await dial(server.port)
          client.socket.end(upload)
          const end = await client.ended
          ends[end] = (ends[end] ?? 0) + 1
          if (client.responses()[0]?.statusCode === 413) answered++
          client.socket.destroy()
        }
      }),
    )
    expect(answered).toBe(1000)
    expect(ends).toEqual({ end: 1000 })
  })

  test('survives 300 clients that reset at any point of a request', async () => {
    const server = await start(echo)
    const whole = `${request('POST /', 'Transfer-Encoding: chunked')}5\r\nhello\r\n0\r\n\r\n`
    for (let i = 0; i < 300; i++) {
      const client = await dial(server.port)
      client.send(whole.slice(0, i % whole.length))
      client.socket.resetAndDestroy()
    }
    const client = await dial(server.port)
    client.send(get('/after'))
    expect(await client.respond()).toMatchObject([{ body: 'GET /after' }])
    client.socket.destroy()
    await server.close()
    expect(server.connectionCount).toBe(0)
  })

  test('does not let one bad handler harm another connection', async () => {
    const server = await start(async (incoming, writer) => {
      switch (incoming.requestLine.requestTarget) {
        case '/throw':
          throw new Error('thrown')
        case '/late':
          writer.writeStatusLine(200)
          writer.writeHeaders(fieldLines())
          writer.writeChunkedBody('part')
          throw new Error('late')
        case '/never':
          return new Promise(() => {})
        default:
          writer.respond(200, 'well')
      }
    })
    const good = await dial(server.port)
    for (let round = 1; round <= 20; round++) {
      for (const target of ['/throw', '/late', '/never']) {
        const bad = await dial(server.port)
        bad.send(get(target))
        if (target !== '/never') await bad.until(() => bad.responses().length > 0)
        expect(bad.responses().map(({ statusCode }) => statusCode)).toEqual(
          target === '/throw' ? [500] : [],
        )
        bad.socket.destroy()
      }
      good.send(get('/'))
      expect(await good.respond(round)).toHaveLength(round)
    }
    good.socket.destroy()
  })

  test('closes an idle connection in an orderly way', async () => {
    const server = await start(echoTarget, { idleTimeoutMs: 40 })
    const client = await dial(server.port)
    client.send(get('/'))
    expect(await client.ended).toBe('end')
    expect(client.responses()).toHaveLength(1)
    client.socket.destroy()
  })
})

describe('RFC 9110 §15.6.4 more connections than allowed', () => {
  test('are answered with 503 and Retry-After, and those before go on (RFC 9110 §15.6.4)', async () => {
    const codes: unknown[] = []
    const { server, served } = await fill({
      onError: (error) => codes.push((error as Error & { code?: string }).code),
    })
    const extra = await dial(server.port)
    extra.send(get('/'))
    expect(await extra.ended).toBe('end')
    const [answer] = extra.responses()
    expect(answer?.statusCode).toBe(503)
    expect(answer?.fields.get('connection')).toBe('close')
    expect(Number(answer?.fields.get('retry-after'))).toBeGreaterThan(0)
    extra.socket.destroy()
    // Another one that brings no request at all, or a bad one, is told of once too.
    const bad = await dial(server.port)
    bad.send('no request\r\n\r\n')
    expect(await bad.ended).toBe('end')
    bad.socket.destroy()
    expect(codes).toEqual(['ERR_TOO_MANY_CONNECTIONS', 'ERR_TOO_MANY_CONNECTIONS'])
    for (const client of served) {
      client.send(get('/again'))
      expect(await client.respond(2)).toHaveLength(2)
    }
    served[0]?.socket.destroy()
    while (server.connectionCount > 2) await settle()
    const welcome = await dial(server.port)
    welcome.send(get('/'))
    expect(await welcome.respond()).toMatchObject([{ statusCode: 200 }])
    for (const client of [...served, welcome]) client.socket.destroy()
  })

  test('are closed without a word when even those that are told are too many', async () => {
    const refused: Error[] = []
    const { server, served } = await fill({
      onError: (error) => refused.push(error),
      lingerTimeoutMs: 60_000,
    })
    const extra = await Promise.all(Array.from({ length: 1100 }, () => dial(server.port)))
    while (refused.length < 1100) await settle()
    for (const client of extra) client.send(get('/'))
    let told = 0
    for (const client of extra) {
      await client.ended
      if (client.responses()[0]?.statusCode === 503) told++
      client.socket.destroy()
    }
    expect(told).toBe(1024)
    for (const client of served) client.socket.destroy()
  })

  test('are closed without a word when told so', async () => {
    const { server, served } = await fill({ whenFull: 'close' })
    const extra = await dial(server.port)
    await extra.ended
    expect(extra.received).toBe('')
    for (const client of served) client.socket.destroy()
    extra.socket.destroy()
  })
})

describe('RFC 9112 §9.6 closing the server', () => {
  test('refuses new clients, finishes what is in progress, and resolves', async () => {
    const { opened, open } = gate()
    const server = await start(async (_, writer) => {
      await opened
      writer.respond(200, 'done')
    })
    const busy = await dial(server.port)
    busy.send(get('/'))
    while (server.connectionCount < 1) await settle()
    await settle()
    const closing = server.close()
    expect(server.state).toBe('Draining')
    expect(server.close()).toBe(server.close())
    await settle()
    await expect(dial(server.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    open()
    expect(await busy.ended).toBe('end')
    expect(busy.responses()).toMatchObject([{ statusCode: 200, body: 'done' }])
    expect(busy.responses()[0]?.fields.get('connection')).toBe('close')
    busy.socket.end()
    await closing
    expect(server.state).toBe('Closed')
    expect(server.connectionCount).toBe(0)
  })

  test('serves the late request of an idle connection, and says close', async () => {
    const server = await start(echoTarget)
    const client = await dial(server.port)
    client.send(get('/a'))
    await client.respond()
    const closing = server.close()
    await settle()
    client.send(get('/late'))
    expect((await client.respond(2)).map(({ fields }) => fields.get('connection'))).toEqual([
      'keep-alive',
      'close',
    ])
    client.socket.end()
    await closing
  })

  test('serves a client whose connection the system had accepted', async () => {
    const server = await start(echoTarget)
    const client = await dial(server.port)
    client.send(get('/'))
    const closing = server.close()
    expect(await client.respond()).toMatchObject([{ statusCode: 200 }])
    client.socket.end()
    await closing
  })

  test('ends what does not finish when the time is over', async () => {
    const server = await start(() => new Promise(() => {}), { drainTimeoutMs: 50 })
    const client = await dial(server.port)
    client.send(get('/'))
    while (server.connectionCount < 1) await settle()
    await settle()
    await server.close()
    expect(server.state).toBe('Closed')
    await client.ended
    expect(client.received).toBe('')
    client.socket.destroy()
  })

  test('closes idle connections after half of a short drain', async () => {
    const server = await start(echoTarget, { drainTimeoutMs: 400 })
    const client = await dial(server.port)
    client.send(get('/'))
    await client.respond()
    await server.close()
    expect(await client.ended).toBe('end')
    client.socket.destroy()
  })

  test('at once leaves nothing open', async () => {
    const server = await start(() => new Promise(() => {}))
    const clients = await Promise.all(Array.from({ length: 5 }, () => dial(server.port)))
    for (const client of clients) client.send(get('/'))
    while (server.connectionCount < 5) await settle()
    server.abort()
    await server.close()
    expect(server.connectionCount).toBe(0)
    for (const client of clients) {
      await client.ended
      client.socket.destroy()
    }
  })

  test('loses no request under load (RFC 9112 §9.6)', async () => {
    const server = await start(async (_, writer) => {
      await settle()
      writer.respond(200)
    })
    let sent = 0
    let answered = 0
    let closing: Promise<void> | undefined
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        const client = await dial(server.port)
        for (let i = 1; ; i++) {
          sent++
          client.send(get('/'))
          const responses = await client.respond(i)
          answered += responses.length - (i - 1)
          if (answered > 500) closing ??= server.close()
          if (responses.length < i || responses.at(-1)?.fields.get('connection') === 'close') break
        }
        client.socket.end()
      }),
    )
    await closing
    expect(answered).toBe(sent)
    expect(server.state).toBe('Closed')
  })
})

describe('closeOnSignals', () => {
  test('closes on the first signal, aborts on the second but not on its echo, and can be taken back', async () => {
    const server = await start(() => new Promise(() => {}))
    const client = await dial(server.port)
    client.send(get('/'))
    while (server.connectionCount < 1) await settle()
    await settle()
    const clock = new HandClock()
    const takeBack = closeOnSignals(server, ['SIGUSR2'], clock)
    const received: string[] = []
    const count = (): void => {
      received.push(server.state)
    }
    process.on('SIGUSR2', count)
    const send = async (nth: number): Promise<void> => {
      process.kill(process.pid, 'SIGUSR2')
      while (received.length < nth) await settle()
    }
    const state = (): string => server.state
    await send(1)
    expect(state()).toBe('Draining')
    clock.advance(249)
    await send(2)
    expect(state()).toBe('Draining')
    clock.advance(1)
    await send(3)
    process.off('SIGUSR2', count)
    while (state() !== 'Closed') await settle()
    await settle()
    expect(process.listenerCount('SIGUSR2')).toBe(0)
    takeBack()
    client.socket.destroy()
    await client.ended

    const before = process.listenerCount('SIGTERM')
    const other = await start(echoTarget)
    closeOnSignals(other)()
    expect(process.listenerCount('SIGTERM')).toBe(before)
  })

  test('takes SIGTERM within 100 ms for the first one, passed on by a program in front', async () => {
    const server = await start(() => new Promise(() => {}))
    const client = await dial(server.port)
    client.send(get('/'))
    while (server.connectionCount < 1) await settle()
    const clock = new HandClock()
    const takeBack = closeOnSignals(server, ['SIGTERM'], clock)
    // The test runner listens too.
    const terminate = process.listeners('SIGTERM').at(-1) ?? expect.fail()
    terminate('SIGTERM')
    clock.advance(99)
    terminate('SIGTERM')
    expect(server.state).toBe('Draining')
    clock.advance(1)
    terminate('SIGTERM')
    while (server.state !== 'Closed') await settle()
    takeBack()
  })

  test('listens for 100 ms though all is closed, for the signal may come again', async () => {
    const server = await start(echoTarget)
    const clock = new HandClock()
    const before = process.listenerCount('SIGUSR2')
    closeOnSignals(server, ['SIGUSR2'], clock)
    process.kill(process.pid, 'SIGUSR2')
    while (server.state !== 'Closed') await settle()
    await settle()
    expect(process.listenerCount('SIGUSR2')).toBe(before + 1)
    while (process.listenerCount('SIGUSR2') > before) await settle()
  })

  test('lets the process end with exit code 0', async () => {
    const script = `
      const { serve, closeOnSignals } = await import(${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)})
      const server = await serve(0, (_, writer) => writer.respond(200, 'hello'))
      closeOnSignals(server)
      process.on('SIGTERM', () => console.log(server.state))
      console.log(server.port)`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const client = await dial(Number(line))
    client.send(get('/'))
    await client.respond()
    child.kill('SIGTERM')
    expect(String((await once(child.stdout, 'data'))[0]).trim()).toBe('Draining')
    const exit = once(child, 'exit')
    client.send(get('/late'))
    expect((await client.respond(2))[1]?.fields.get('connection')).toBe('close')
    client.socket.end()
    expect(await exit).toEqual([0, null])
  })
})
