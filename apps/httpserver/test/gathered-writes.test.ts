import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { GatheredWrites } from '../src/gathered-writes.ts'

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
