import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { TransportError } from '@rawhttp/tcp-server'
import { afterEach, describe, expect, test } from 'vitest'
import { AccessLog } from '../src/access.ts'
import { jsonLog, textLog } from '../src/log.ts'
import type { AccessEntry } from '../src/log.ts'
import { TRUST_NOBODY } from '../src/trusted-proxies.ts'
import { ask } from './support/http-peer.ts'
import { exchange } from './support/raw-client.ts'
import { startTestApplication, TestLog } from './support/test-application.ts'
import type { TestApplication } from './support/test-application.ts'

const ENTRY: AccessEntry = {
  method: 'GET',
  target: '/a?b',
  status: 200,
  bytes: 12,
  milliseconds: 1.26,
  remote: '127.0.0.1',
  fault: undefined,
}

describe('text', () => {
  test('is one line an event, warnings apart', async () => {
    const output = new PassThrough()
    const errors = new PassThrough()
    const log = textLog(output, errors)
    log.started('Listening')
    log.access(ENTRY)
    log.access({ ...ENTRY, fault: 'ERR_SOCKET' })
    log.access({ ...ENTRY, status: 0, remote: '', fault: 'ERR_HOST', offset: 17 })
    log.access({ ...ENTRY, status: 101, peer: '::1', received: 7 })
    log.warn('Careful')
    expect((await text(output.end())).split('\n')).toEqual([
      'Listening',
      'GET /a?b 200 12 1.3ms 127.0.0.1',
      'GET /a?b 200 12 1.3ms 127.0.0.1 ERR_SOCKET',
      'GET /a?b - 12 1.3ms ERR_HOST octet=17',
      'GET /a?b 101 12 1.3ms 127.0.0.1 peer=::1 received=7',
      '',
    ])
    expect(await text(errors.end())).toBe('httpserver: Careful\n')
  })
})

describe('JSON', () => {
  test('is one object an event', async () => {
    const output = new PassThrough()
    const log = jsonLog(output)
    log.started('Listening')
    log.access(ENTRY)
    log.warn('Careful')
    const lines = (await text(output.end())).trimEnd().split('\n')
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/)
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { level: 30, time, message: 'Listening' },
      {
        level: 30,
        time,
        method: 'GET',
        target: '/a?b',
        status: 200,
        bytes: 12,
        milliseconds: 1.26,
        remote: '127.0.0.1',
        message: 'request',
      },
      { level: 40, time, message: 'Careful' },
    ])
  })

  test('names the process where there are several', async () => {
    const output = new PassThrough()
    jsonLog(output, 4242).warn('Careful')
    expect(JSON.parse(await text(output.end()))).toMatchObject({ pid: 4242, message: 'Careful' })
  })
})

describe('the access log', () => {
  let application: TestApplication

  afterEach(() => application.stop())

  test('has one entry for each request', async () => {
    application = await startTestApplication()
    await ask(application.port, '/')
    await ask(application.port, '/yourproblem?a=1', { method: 'HEAD' })
    const echo = await ask(application.port, '/echo', { method: 'POST', body: 'é' })
    const page = { remote: '127.0.0.1', fault: undefined, milliseconds: expect.any(Number) }
    expect(application.log.entries).toEqual([
      { ...page, method: 'GET', target: '/', status: 200, bytes: expect.any(Number) },
      { ...page, method: 'HEAD', target: '/yourproblem?a=1', status: 400, bytes: 0 },
      { ...page, method: 'POST', target: '/echo', status: 200, bytes: echo.body.length },
    ])
    expect(application.log.warnings).toEqual([])
  })

  test('has an entry for a request that was refused before it could be handled', async () => {
    application = await startTestApplication()
    await exchange(application.port, 'GET / HTTP/1.1\r\nHost : a\r\n\r\n')
    expect(application.log.entries).toMatchObject([
      { status: 400, remote: '127.0.0.1', fault: 'ERR_FIELD_NAME', offset: 20 },
    ])
  })

  test('has one entry for a request whose body was refused', async () => {
    application = await startTestApplication()
    const response = await exchange(
      application.port,
      'POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n',
    )
    expect(response).toMatch(/^HTTP\/1\.1 400 /)
    expect(application.log.entries).toEqual([
      expect.objectContaining({ target: '/echo', status: 400, fault: 'ERR_CHUNK_SIZE' }),
    ])
  })
})

describe('what is no request', () => {
  const context = {
    remoteAddress: '192.0.2.1',
    secure: false,
    state: 'Closed',
    statusCode: 0,
    writtenBytes: 0,
    unsentBytes: 0,
    waitedMs: 0,
  } as const

  test('is a warning when it is our own', () => {
    const log = new TestLog()
    const accessLog = new AccessLog(log, TRUST_NOBODY)
    accessLog.failed(new TransportError('ERR_ACCEPT', 'too many open files'), context)
    accessLog.failed(new Error('a fault'), context)
    expect(log.warnings).toEqual([
      expect.stringContaining('too many open files'),
      expect.stringContaining('a fault'),
    ])
  })

  test('is nothing when it is the way of the net', () => {
    const log = new TestLog()
    new AccessLog(log, TRUST_NOBODY).failed(new TransportError('ERR_PEER_CLOSED', 'gone'), context)
    expect(log.warnings).toEqual([])
    expect(log.entries).toEqual([])
  })

  test('is a line without a status for a TLS handshake that failed', () => {
    const log = new TestLog()
    new AccessLog(log, TRUST_NOBODY).failed(new TransportError('ERR_HANDSHAKE', 'no TLS'), context)
    expect(log.warnings).toEqual([])
    expect(log.entries).toMatchObject([
      {
        method: '-',
        target: '-',
        status: 0,
        bytes: 0,
        remote: '192.0.2.1',
        fault: 'ERR_HANDSHAKE',
      },
    ])
  })
})
