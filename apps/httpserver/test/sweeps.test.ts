import { afterEach, expect, test, vi } from 'vitest'
import { Sweeps } from '../src/sweeps.ts'

afterEach(() => vi.restoreAllMocks())

test('time in which the process did not run counts for two intervals', async () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(0)
  const times = await new Promise<number[]>((resolve) => {
    const seen: number[] = []
    const sweeps = new Sweeps(10, () => {
      seen.push(sweeps.awakeMs)
      now.mockReturnValue(60_005)
      if (seen.length < 2) return true
      resolve(seen)
      return false
    })
    sweeps.start()
    now.mockReturnValue(60_000)
  })
  expect(times).toEqual([20, 25])
})

test('a sweep ends when there is nothing left, and begins again', async () => {
  let sweepCount = 0
  let swept: () => void = () => undefined
  const sweeps = new Sweeps(1, () => {
    sweepCount++
    swept()
    return false
  })
  for (let i = 1; i <= 2; i++) {
    const done = new Promise<void>((resolve) => (swept = resolve))
    sweeps.start()
    sweeps.start()
    await done
    expect(sweepCount).toBe(i)
  }
})
