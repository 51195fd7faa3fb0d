import { once } from 'node:events'
import { link, lstat, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { removeStaleSocket } from '../src/unix-socket.ts'
import { startApplication } from '../src/application.ts'
import { exchange } from './support/raw-client.ts'
import { testConfig, TestLog } from './support/test-application.ts'

let directory: string
let path: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'httpserver-'))
  path = join(directory, 'socket')
})
afterEach(() => rm(directory, { recursive: true }))

const exists = (): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )

describe('a unix socket', () => {
  test('that nobody listens on any more is removed', async () => {
    const server = createServer().listen(join(directory, 'other'))
    await once(server, 'listening')
    // The other name goes with the server, this one stays as after a kill.
    await link(join(directory, 'other'), path)
    server.close()
    await once(server, 'close')
    expect(await exists()).toBe(true)
    await removeStaleSocket(path)
    expect(await exists()).toBe(false)
  })

  test('that somebody listens on stays', async () => {
    const server = createServer((socket) => socket.destroy()).listen(path)
    await once(server, 'listening')
    await removeStaleSocket(path)
    expect(await exists()).toBe(true)
    server.close()
  })

  test('stays when it is no socket', async () => {
    await writeFile(path, 'precious')
    await removeStaleSocket(path)
    expect(await exists()).toBe(true)
  })

  test('need not be there', async () => {
    await removeStaleSocket(path)
    expect(await exists()).toBe(false)
  })

  test('is served like a port, but for the address of its clients', async () => {
    const log = new TestLog()
    const config = testConfig({ unixSocket: path, gracePeriodMs: 100 })
    const application = await startApplication(config, log)
    expect(log.starts).toEqual([expect.stringMatching(`^Listening on unix:${path}, upstream `)])
    const response = await exchange(
      path,
      'GET /httpbin/headers HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    )
    expect(response).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(response).toContain('"X-Forwarded-Proto": "http"')
    expect(response).not.toContain('X-Forwarded-For')
    await application.close()
    expect(await exists()).toBe(false)
  })
})
