import { PassThrough } from 'node:stream'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { outliveReader, stopOnSignals } from '../src/index.ts'

// The test runner listens too.
function listenerOf(signal: 'SIGINT' | 'SIGTERM'): () => void {
  const listener: unknown = process.listeners(signal).at(-1)
  if (typeof listener !== 'function') throw new Error(`Nobody listens to ${signal}`)
  return () => void Reflect.apply(listener, process, [signal])
}

describe('stopOnSignals', () => {
  afterEach(() => vi.useRealTimers())

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'is aborted by %s, takes its copy for the same, and then leaves the next to the system',
    (signal) => {
      vi.useFakeTimers()
      const before = process.listenerCount(signal)
      const stop = stopOnSignals()
      const receive = listenerOf(signal)
      expect(stop.aborted).toBe(false)
      receive()
      expect(stop.aborted).toBe(true)
      vi.advanceTimersByTime(99)
      receive()
      expect(process.listenerCount(signal)).toBe(before + 1)
      vi.advanceTimersByTime(1)
      expect(process.listenerCount('SIGINT')).toBe(process.listenerCount('SIGTERM'))
      expect(process.listenerCount(signal)).toBe(before)
    },
  )
})

describe('outliveReader', () => {
  test('tells the first error of a stream, and lets none end the process', () => {
    const stream = new PassThrough()
    const lost: string[] = []
    outliveReader(stream, ({ message }) => lost.push(message))
    for (const message of ['first', 'second', 'third']) stream.emit('error', new Error(message))
    expect(lost).toEqual(['first'])
  })

  test('need not tell', () => {
    const stream = new PassThrough()
    outliveReader(stream)
    expect(() => stream.emit('error', new Error('write EPIPE'))).not.toThrow()
  })
})
