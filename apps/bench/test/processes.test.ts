import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { Generator } from '../src/load/generator.ts'
import { nginxConfiguration } from '../src/nginx.ts'
import { ORIGIN, PROXIES, SERVERS } from '../src/peers.ts'
import type { Duty, Peer } from '../src/peers.ts'
import { SCENARIOS } from '../src/scenarios.ts'
import { endAllChildren, endChild, startChild } from '../src/system/children.ts'
import { hasProc, processTree } from '../src/system/proc.ts'
import { ServerProcess } from '../src/system/server-process.ts'
import { Workshop } from '../src/system/workshop.ts'

const WAITS = ['-e', 'process.stdin.resume()']
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0)
    return true
  } catch {
    return false
  }
}

describe('children', () => {
  test('end one by one, or all together', async () => {
    const children = [
      await startChild(process.execPath, WAITS),
      await startChild(process.execPath, WAITS),
      await startChild(process.execPath, WAITS),
    ]
    const [first] = children
    if (first === undefined) throw new Error('no child')
    await endChild(first)
    expect(first.signalCode).toBe('SIGKILL')
    const gone = children.slice(1).map((child) => once(child, 'exit'))
    endAllChildren()
    await Promise.all(gone)
    // Twice is once.
    await endChild(first)
  })

  test('that cannot be started are an error', async () => {
    await expect(startChild('/no/such/program', [])).rejects.toThrow('ENOENT')
  })
})

describe('a server', () => {
  const start = (script: string): Promise<ServerProcess> =>
    ServerProcess.start({ command: process.execPath, args: ['-e', script] })

  test('says where it listens, behind whatever else it prints', async () => {
    const server = await start(
      'console.log("hello"); console.log(JSON.stringify({ port: 7, version: "8" })); process.stdin.resume()',
    )
    expect(server.place).toEqual({ port: 7, version: '8' })
    if (hasProc()) {
      expect(server.cpuMs()).toBeGreaterThan(0)
      expect(server.residentKiB()).toBeGreaterThan(1000)
    }
    await server.stop()
    expect(server.child.signalCode).toBe('SIGKILL')
  })

  test('that ends before it listens is an error', async () => {
    await expect(start('process.exit(3)')).rejects.toThrow('has ended before it listened')
  })
})

describe('every scenario', () => {
  let workshop: Workshop
  beforeAll(async () => {
    workshop = await Workshop.open()
  })
  afterAll(() => {
    endAllChildren()
    workshop.close()
  })

  async function answers(peer: Peer, names: readonly string[], more: Partial<Duty>): Promise<void> {
    for (const secure of [false, true]) {
      const own = SCENARIOS.filter(
        ({ name, load }) => names.includes(name) && load.secure === secure,
      )
      if (own.length === 0) continue
      const server = await ServerProcess.start(await peer.prepare({ workshop, secure, ...more }))
      for (const { load } of own) {
        const { request } = load
        const target = peer.targetOf?.(request.target) ?? request.target
        const { port } = server.place
        const generator = new Generator({
          ...load,
          connections: 1,
          port,
          request: { ...request, target },
        })
        await generator.open()
        const { requests } = await generator.run({
          durationMs: 10_000,
          maxRequests: load.pipelined,
        })
        expect(requests).toBe(load.pipelined)
        generator.close()
      }
      await server.stop()
    }
  }

  const { rawhttp, nodeHttp, fastify, hono, oneShot, floor, directFloor } = SERVERS
  test.each([rawhttp, nodeHttp, fastify, hono, oneShot, floor, directFloor])(
    'is answered by $name as it must be, where it takes part',
    { timeout: 60_000 },
    async (peer) => {
      const names = SCENARIOS.filter(({ peers }) => peers.some(({ name }) => name === peer.name))
      const plain = names.filter(({ group }) => group === 'servers').map(({ name }) => name)
      expect(plain.length).toBeGreaterThan(0)
      await answers(peer, plain, {})
    },
  )

  test('is answered by what sends files', { timeout: 60_000 }, async () => {
    for (const { peers, name } of SCENARIOS.filter(({ group }) => group === 'files')) {
      const own = peers.filter((peer) => ['rawhttp', 'node:http'].includes(peer.name))
      expect(own).toHaveLength(2)
      for (const peer of own) await answers(peer, [name], {})
    }
  })

  test.each(PROXIES.filter(({ name }) => !['Go', 'nginx', 'rawhttp, again'].includes(name)))(
    'is passed on by $name',
    { timeout: 60_000 },
    async (peer) => {
      const origin = await ServerProcess.start(await ORIGIN.prepare({ workshop, secure: false }))
      const names = SCENARIOS.filter(({ group }) => group === 'proxies').map(({ name }) => name)
      await answers(peer, names, { upstreamPort: origin.place.port })
      await origin.stop()
    },
  )

  test('of nginx is in its configuration', () => {
    const plain = nginxConfiguration({ port: 80, secure: false, upstreamPort: undefined, workshop })
    expect(plain).toContain('listen 127.0.0.1:80;')
    expect(plain).not.toMatch(/ssl|proxy_pass/)
    const rich = nginxConfiguration({ port: 81, secure: true, upstreamPort: 82, workshop })
    expect(rich).toContain('listen 127.0.0.1:81 ssl;')
    expect(rich).toContain('upstream origin { server 127.0.0.1:82;')
    expect(rich).toContain('proxy_pass http://origin;')
  })
})

describe.runIf(hasProc())('a run that is broken off', () => {
  test.each([
    { signal: 'SIGINT', code: 130 },
    { signal: 'SIGTERM', code: 143 },
  ] as const)('by $signal leaves nothing behind', { timeout: 60_000 }, async ({ signal, code }) => {
    const bench = spawn(process.execPath, [MAIN, '--only', 'latency'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    onTestFinished(() => {
      bench.kill('SIGKILL')
    })
    const id = bench.pid ?? 0
    // The load generator and a server.
    await vi.waitUntil(() => processTree(id).size >= 3, { timeout: 20_000, interval: 20 })
    const children = [...processTree(id).keys()].filter((child) => child !== id)
    const exited = once(bench, 'exit')
    bench.kill(signal)
    expect(await exited).toEqual([code, null])
    await vi.waitUntil(() => !children.some(isAlive), { timeout: 10_000, interval: 20 })
  })

  test('has removed its folder', async () => {
    const script = `import { Workshop } from ${JSON.stringify(new URL('../dist/system/workshop.js', import.meta.url).href)}
      const { folder } = await Workshop.open()
      console.log(folder)
      process.exit(1)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [folder] = (await once(child.stdout, 'data')) as [Buffer]
    await once(child, 'exit')
    const path = folder.toString().trim()
    expect(existsSync(dirname(path))).toBe(true)
    expect(existsSync(path)).toBe(false)
  })
})
