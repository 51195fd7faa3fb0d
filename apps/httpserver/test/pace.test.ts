import { expect, test } from 'vitest'
import { Pace } from '../src/pace.ts'

const NEVER = new Promise<void>(() => undefined)

test('a client that takes less than it must is given up', async () => {
  const pace = new Pace(10, 1_000_000)
  await expect(pace.within(NEVER, 1000)).rejects.toMatchObject({
    code: 'ERR_WRITE_TIMEOUT',
    message: 'The client took less than 1000000 octets a second',
  })
})

test('the more there is to take, the longer that may last', async () => {
  const pace = new Pace(10, 1000)
  const ended: string[] = []
  const large = pace.within(NEVER, 1000).catch(() => ended.push('1000 octets'))
  const small = pace.within(NEVER, 100).catch(() => ended.push('100 octets'))
  await Promise.all([large, small])
  expect(ended).toEqual(['100 octets', '1000 octets'])
})

test('what is taken in time, or fails, ends the waiting', async () => {
  const pace = new Pace(3_600_000, 1)
  await expect(pace.within(Promise.resolve(), 1)).resolves.toBeUndefined()
  await expect(pace.within(Promise.reject(new Error('gone')), 1)).rejects.toThrow('gone')
})

test('without a rate nothing is given up', () => {
  expect(new Pace(1, 0).within(NEVER, 1)).toBe(NEVER)
})
