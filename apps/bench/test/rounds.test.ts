import { describe, expect, test } from 'vitest'
import { absent, inRounds } from '../src/rounds.ts'
import type { Contender } from '../src/rounds.ts'

function contender(name: string, log: string[], failAt = Infinity): Contender {
  let calls = 0
  return {
    name,
    version: `version of ${name}`,
    warmUp: () => {
      log.push(`(${name})`)
      return Promise.resolve()
    },
    measure: () => {
      log.push(name)
      calls++
      return calls === failAt ? Promise.reject(new Error('it broke')) : Promise.resolve({ calls })
    },
  }
}

describe('rounds', () => {
  test('are interleaved, the order reversed every other time', async () => {
    const log: string[] = []
    const outcomes = await inRounds([contender('a', log), contender('b', log)], 3)
    expect(log.join(' ')).toBe('(b) (a) a b b a a b')
    expect(outcomes).toEqual([
      {
        contender: 'a',
        version: 'version of a',
        samples: [{ calls: 1 }, { calls: 2 }, { calls: 3 }],
      },
      {
        contender: 'b',
        version: 'version of b',
        samples: [{ calls: 1 }, { calls: 2 }, { calls: 3 }],
      },
    ])
  })

  test('without a way to get ready, what is measured first does not count', async () => {
    let calls = 0
    const measure = (): Promise<{ calls: number }> => Promise.resolve({ calls: ++calls })
    const [outcome] = await inRounds([{ name: 'a', version: '', measure }], 2)
    expect(outcome?.samples).toEqual([{ calls: 2 }, { calls: 3 }])
  })

  test('go on without one that fails, which has no samples but a reason', async () => {
    const log: string[] = []
    const outcomes = await inRounds([contender('a', log, 2), contender('b', log)], 3)
    expect(outcomes[0]).toMatchObject({ skipped: 'failed: it broke', samples: [] })
    expect(outcomes[1]?.samples).toHaveLength(3)
    expect(log.join(' ')).toBe('(b) (a) a b b a b')
  })

  test('leave out what is not there', async () => {
    const outcomes = await inRounds([absent('Bun', 'no bun on PATH'), contender('b', [])], 1)
    expect(outcomes).toEqual([
      { contender: 'Bun', version: '', skipped: 'no bun on PATH', samples: [] },
      { contender: 'b', version: 'version of b', samples: [{ calls: 1 }] },
    ])
    await expect(absent('Bun', 'no bun').measure()).rejects.toThrow('no bun')
  })
})
