import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { ask } from './support/http-peer.ts'
import { killPrograms, Program } from './support/program.ts'
import { exchange, RawClient } from './support/raw-client.ts'

afterEach(killPrograms)

const FLAGS = ['--upstream', 'embedded', '--grace-period-ms', '1000', '--log', 'json']
const CLOSING = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
const UPLOAD = 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n'

async function startWorkers(...flags: string[]): Promise<{ program: Program; port: number }> {
  const program = new Program(['--port', '0', '--workers', '2', ...FLAGS, ...flags])
  return { program, port: await program.port() }
}

/** The process that logged the request for this path: workers say their id in each line. */
async function serverOf(program: Program, port: number, path: string): Promise<number> {
  await ask(port, path)
  const line = await program.printed(new RegExp(`^{.*"target":"${path}".*$`, 'm'))
  return (JSON.parse(line[0]) as { pid: number }).pid
}

describe('workers', () => {
  test('serve in processes of their own, and end with exit code 0 on SIGTERM', async () => {
    const { program, port } = await startWorkers()
    expect(await serverOf(program, port, '/one')).not.toBe(program.pid)
    expect((await ask(port, '/httpbin/get')).status).toBe(200)
    program.kill('SIGTERM')
    expect(await program.exit).toEqual([0, null])
  })

  test('finish what is in progress on SIGTERM', async () => {
    const { program, port } = await startWorkers()
    const client = new RawClient(port).send(UPLOAD)
    await client.until(/100 Continue/)
    program.kill('SIGTERM')
    client.send('hello')
    expect(await client.untilClosed()).toMatch(/HTTP\/1\.1 200 OK\r\n[^]*"text":"hello"/)
    expect(await program.exit).toEqual([0, null])
  })

  test('are restarted in turn on SIGHUP, without a request that fails', async () => {
    const { program, port } = await startWorkers()
    const before = await serverOf(program, port, '/before')
    const client = new RawClient(port).send(UPLOAD)
    await client.until(/100 Continue/)
    const restarted = new AbortController()
    const answers: string[] = []
    const asking = (async () => {
      while (!restarted.signal.aborted) answers.push((await exchange(port, CLOSING)).slice(0, 13))
    })()
    program.kill('SIGHUP')
    client.send('hello')
    expect(await client.until(/"text":"hello"/)).not.toBeNull()
    await program.printed(/replaced worker[^]*replaced worker/)
    restarted.abort()
    await asking
    expect(new Set(answers)).toEqual(new Set(['HTTP/1.1 200 ']))
    const after = await serverOf(program, port, '/after')
    expect(after).not.toBe(before)
    program.kill('SIGTERM')
    expect(await program.exit).toEqual([0, null])
  })

  test('are replaced when they are killed', async () => {
    const { program, port } = await startWorkers()
    const killed = await serverOf(program, port, '/killed')
    process.kill(killed, 'SIGKILL')
    await program.printed(new RegExp(`Worker ${killed} ended: SIGKILL; the next one in \\d+ ms`))
    expect((await ask(port, '/')).status).toBe(200)
    program.kill('SIGTERM')
    expect(await program.exit).toEqual([0, null])
  })

  test('that cannot listen end the program with one line and exit code 1', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const program = new Program([
      ...['--port', String(port), '--host', '127.0.0.1', '--workers', '2'],
      ...FLAGS,
    ])
    expect(await program.exit).toEqual([1, null])
    expect(program.errors).toMatch(/^httpserver: [^\n]*EADDRINUSE[^\n]*\n$/)
    taken.close()
  })
})

describe('sockets that came with the process', () => {
  test.each(['1', '2'])('are served by %s worker(s)', async (workers) => {
    // What node:net listens on has a descriptor, which is what a service manager passes on.
    const opener = createServer().listen(0, '127.0.0.1')
    await once(opener, 'listening')
    const { port } = opener.address() as AddressInfo
    const handle: unknown = Reflect.get(opener, '_handle')
    const descriptor: unknown = Reflect.get(Object(handle), 'fd')
    if (typeof descriptor !== 'number') throw new Error('The listening socket has no descriptor')
    const program = new Program(['--workers', workers, ...FLAGS], {
      environment: { LISTEN_FDS: '1' },
      descriptors: [descriptor],
    })
    await program.printed(/inherited socket 3/)
    opener.close()
    expect((await ask(port, '/')).status).toBe(200)
    program.kill('SIGTERM')
    expect(await program.exit).toEqual([0, null])
  })
})
