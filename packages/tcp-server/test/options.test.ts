import { UsageError } from '@rawhttp/headers'
import { describe, expect, test, vi } from 'vitest'
import { printFailure } from '../src/calling-out.ts'
import { ParserPool } from '../src/parser-pool.ts'
import type { ErrorContext } from '../src/options.ts'
import { checkSocketPath, connectionSettings, serverSettings } from '../src/options.ts'

describe('options', () => {
  test('have the defaults that the README names', () => {
    expect(serverSettings({})).toEqual({
      maxRequestsPerConnection: Infinity,
      headTimeoutMs: 10_000,
      idleTimeoutMs: 75_000,
      requestTimeoutMs: 300_000,
      bodyTimeoutMs: 30_000,
      minBodyBytesPerSecond: 240,
      writeTimeoutMs: 30_000,
      lingerTimeoutMs: 2000,
      maxLingerBytes: 67_108_864,
      maxStrayLingerBytes: 1_048_576,
      maxDiscardBytes: 262_144,
      readAheadBytes: 65_536,
      parsers: new ParserPool(undefined),
      persistent: true,
      reading: 'auto',
      onError: printFailure,
      trace: undefined,
      lateRequestMs: 1500,
      keepAliveSeconds: 74,
      sweepIntervalMs: 500,
      handshakeTimeoutMs: 10_000,
      maxConnections: 10_000,
      drainTimeoutMs: 10_000,
      whenFull: 'answer',
    })
  })

  test('give a late request half of a short drain at most', () => {
    expect(serverSettings({ drainTimeoutMs: 1000 }).lateRequestMs).toBe(500)
    expect(serverSettings({ idleTimeoutMs: 100 }).lateRequestMs).toBe(100)
    expect(serverSettings({ drainTimeoutMs: 0 }).lateRequestMs).toBe(0)
  })

  test.each([
    [75_000, 74],
    [2000, 1],
    [1999, undefined],
    [Infinity, undefined],
  ])('tell clients a second less than an idle time of %d ms: %s', (idleTimeoutMs, seconds) => {
    expect(connectionSettings({ idleTimeoutMs }).keepAliveSeconds).toBe(seconds)
  })

  const bad: readonly (readonly [name: string, value: unknown, least: number])[] = [
    ['headTimeoutMs', 0, 1],
    ['idleTimeoutMs', -1, 1],
    ['requestTimeoutMs', NaN, 1],
    ['bodyTimeoutMs', '5', 1],
    ['maxRequestsPerConnection', 0, 1],
    ['readAheadBytes', 1023, 1024],
    ['minBodyBytesPerSecond', -1, 0],
  ]
  test.each(bad)('refuse %s: %j', (name, value, least) => {
    const attempt = (): unknown => connectionSettings({ [name]: value })
    expect(attempt).toThrow(UsageError)
    expect(attempt).toThrow(`${name}: expected a number of at least ${least}, got ${String(value)}`)
  })

  test('refuse another way of reading', () => {
    const attempt = (): unknown => connectionSettings(JSON.parse('{"reading":"directly"}'))
    expect(attempt).toThrow("reading: expected 'auto' or 'events', got directly")
  })

  test.each(['maxConnections', 'handshakeTimeoutMs'])('refuse %s: 0', (name) => {
    expect(() => serverSettings({ [name]: 0 })).toThrow(UsageError)
  })

  test.each([
    ['linux', 'x'.repeat(107), undefined],
    ['linux', 'x'.repeat(108), 'at most 107 octets, got 108'],
    ['linux', 'ä'.repeat(54), 'at most 107 octets, got 108'],
    ['linux', `\0${'x'.repeat(107)}`, undefined],
    ['linux', `\0${'x'.repeat(108)}`, 'at most 108 octets, got 109'],
    ['linux', '\0a\0b', undefined],
    ['linux', 'a\0b', 'got one with NUL in it'],
    ['darwin', 'x'.repeat(103), undefined],
    ['darwin', 'x'.repeat(104), 'at most 103 octets, got 104'],
    ['darwin', '\0a', 'got one with NUL in it'],
    ['win32', `\\\\.\\pipe\\${'x'.repeat(200)}`, undefined],
    ['linux', '', 'the path of a socket, got none'],
    ['linux', 7, 'the path of a socket, got none'],
  ])('on %s: is %j a path of a socket (unix(7))? %s', (platform, path, fault) => {
    const check = (): void => checkSocketPath(path, platform)
    if (fault === undefined) expect(check).not.toThrow()
    else expect(check).toThrow(fault)
  })
})

test('the abort of a handler whose client has left is no failure to print', () => {
  const warnings: unknown[] = []
  const emit = vi.spyOn(process, 'emitWarning').mockImplementation((warning) => {
    warnings.push(warning)
  })
  const context = {
    remoteAddress: '',
    secure: false,
    requestLine: undefined,
  } as never as ErrorContext
  try {
    const abort = new DOMException('The operation was aborted', 'AbortError')
    printFailure(abort, { ...context, state: 'Closed' })
    expect(warnings).toEqual([])
    printFailure(abort, { ...context, state: 'Handling' })
    expect(warnings).toEqual([expect.stringContaining('failed')])
  } finally {
    emit.mockRestore()
  }
})
