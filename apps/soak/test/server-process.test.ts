import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { ServerProcess } from '../src/server-process.ts'

function program(name: string): string {
  return fileURLToPath(new URL(`programs/${name}`, import.meta.url))
}

describe('ServerProcess', () => {
  test('says why a program did not start', async () => {
    const start = ServerProcess.start(program('never-listens.mjs'), {})
    await expect(start).rejects.toThrow(/never-listens\.mjs did not start: the port is taken$/)
  })

  test('starts a program, counts what it holds open and ends it', async () => {
    const server = await ServerProcess.start(program('same-to-everybody.mjs'), {})
    expect(server.ports).toEqual({ port: expect.any(Number), upstreamPort: 1 })
    expect(await server.handles()).toMatchObject({ TCPServerWrap: 1 })
    expect(server.exit).toBeUndefined()
    expect(await server.stop(10_000)).toEqual({ code: 3, signal: null })
    expect(server.exit).toEqual({ code: 3, signal: null })
    expect(await server.ended).toEqual({ code: 3, signal: null })
    expect(server.complaints).toEqual(['something is wrong'])
    expect(await server.handles()).toEqual({})
    expect(server.vitalSigns()).toBeUndefined()
    expect(server.connections()).toEqual([])
  })

  test('kills a program that does not end when it is told to', async () => {
    const server = await ServerProcess.start(program('never-ends.mjs'), {})
    expect(server.ports).toEqual({ port: 1, upstreamPort: 2 })
    expect(await server.stop(200)).toEqual({ code: null, signal: 'SIGKILL' })
  })

  test('kills at once when there is no time', async () => {
    const server = await ServerProcess.start(program('never-ends.mjs'), {})
    server.kill()
    expect(await server.ended).toEqual({ code: null, signal: 'SIGKILL' })
  })
})
