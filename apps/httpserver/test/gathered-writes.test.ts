import { EventEmitter } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { BoundedWrites, GatheredWrites } from '../src/gathered-writes.ts'

function gathering(): { gathered: GatheredWrites; writes: string[] } {
  const writes: string[] = []
  return { gathered: new GatheredWrites({ write: (text) => writes.push(text) }), writes }
}

test('what is written in a turn leaves in one write at its end', async () => {
  const { gathered, writes } = gathering()
  gathered.write('one\n')
  gathered.write('two\n')
  expect(writes).toEqual([])
  await turn()
  expect(writes).toEqual(['one\ntwo\n'])
  gathered.write('three\n')
  await turn()
  await turn()
  expect(writes).toEqual(['one\ntwo\n', 'three\n'])
})

test('a flood leaves at once, and nothing of it twice', async () => {
  const { gathered, writes } = gathering()
  gathered.write('x'.repeat(70_000))
  expect(writes.map((text) => text.length)).toEqual([70_000])
  gathered.write('y')
  await turn()
  expect(writes.join('')).toBe(`${'x'.repeat(70_000)}y`)
})

/** A stream whose reader takes nothing until it is told to. */
class StalledStream extends EventEmitter {
  text = ''
  writableLength = 0

  write(text: string): void {
    this.text += text
    this.writableLength += text.length
  }

  drain(): void {
    this.writableLength = 0
    this.emit('drain')
  }
}

test('what waits for a reader is bounded, and lines beyond it are counted', () => {
  const stream = new StalledStream()
  const told: number[] = []
  const bounded = new BoundedWrites(stream, (dropped) => told.push(dropped))
  const line = `${'x'.repeat(1023)}\n`
  for (let i = 0; i < 1500; i++) bounded.write(line)
  bounded.write(line.repeat(10))
  expect(stream.text).toHaveLength(1_048_576)
  // A reader that takes a little is no reader: there would be holes in holes.
  stream.writableLength = 1000
  bounded.write(line)
  expect(told).toEqual([])
  stream.drain()
  expect(told).toEqual([1500 - 1024 + 10 + 1])
  bounded.write('on\n')
  stream.drain()
  expect(stream.text.slice(1_048_576)).toBe('on\n')
  expect(told).toHaveLength(1)
})
