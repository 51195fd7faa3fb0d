import { once } from 'node:events'
import { expect, test } from 'vitest'
import { runCrowd, runScenario } from '../src/crowd.ts'
import { Failure } from '../src/failure.ts'
import { Random } from '../src/random.ts'
import { tourTo, withServer } from './support/site.ts'

test('counts a failure under the name of what was being done', async () => {
  const tour = tourTo(1, 100)
  const run = (visit: { name: string }): Promise<void> => {
    visit.name = 'the second step'
    return Promise.reject(new Failure('expected a, got b'))
  }
  await runScenario(tour, 'slow', { name: 'steps', weight: 1, run }, new Random(1))
  expect(tour.tally.kinds.slow.failures).toBe(1)
  expect(tour.tally.examples).toEqual(['slow, the second step: expected a, got b'])
})

test('does not take a fault of its own for one of the server', async () => {
  const tour = tourTo(1, 100)
  const fault = new TypeError('undefined is not a function')
  const run = (): Promise<void> => Promise.reject(fault)
  const running = runScenario(tour, 'good', { name: 'broken', weight: 1, run }, new Random(1))
  await expect(running).rejects.toBe(fault)
  expect(tour.tally.failures).toBe(0)
})

test('lets go of the connections of a scenario when it is over', async () => {
  const ended: Promise<unknown>[] = []
  await withServer(
    (socket) => {
      ended.push(once(socket.resume(), 'end'))
    },
    async (port) => {
      const tour = tourTo(port, 100)
      const run = async (visit: { connect: () => Promise<unknown> }): Promise<void> => {
        await visit.connect()
        await visit.connect()
      }
      await runScenario(tour, 'aborted', { name: 'two', weight: 1, run }, new Random(1))
      const counts = { connections: 2, requests: 0, answers: 0, failures: 0 }
      expect(tour.tally.kinds.aborted).toEqual(counts)
      expect(ended).toHaveLength(2)
      await Promise.all(ended)
    },
  )
})

test('begins nothing when it is over', async () => {
  const tour = { ...tourTo(1, 100), stop: AbortSignal.abort() }
  await runCrowd(tour, 5, 1)
  expect(tour.tally.requests + tour.tally.failures).toBe(0)
})
