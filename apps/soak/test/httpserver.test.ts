import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runScenario } from '../src/crowd.ts'
import { ABORTED } from '../src/kinds/aborted.ts'
import { BAD_REQUESTS } from '../src/kinds/bad-requests.ts'
import { BAD, sendBadRequest } from '../src/kinds/bad.ts'
import { EXCHANGES } from '../src/kinds/exchanges.ts'
import { ask, GOOD } from '../src/kinds/good.ts'
import { SLOW } from '../src/kinds/slow.ts'
import { Random } from '../src/random.ts'
import { ServerProcess } from '../src/server-process.ts'
import { environmentOf, loadSite, SERVER_PROGRAM } from '../src/site.ts'
import type { Kind } from '../src/tally.ts'
import type { Scenario } from '../src/visit.ts'
import { tourTo } from './support/site.ts'

const PATIENCE_MS = 15_000
const TIMES = 5

const { settings } = loadSite()
let server: ServerProcess

beforeAll(async () => {
  server = await ServerProcess.start(SERVER_PROGRAM, environmentOf(settings))
})

afterAll(() => {
  server.kill()
})

// Several times, with other choices each.
async function expectPassed(kind: Kind, name: string, run: Scenario): Promise<void> {
  const tour = tourTo(server.ports.port, PATIENCE_MS)
  for (let seed = 0; seed < TIMES; seed++) {
    await runScenario(tour, kind, { name, weight: 1, run }, new Random(seed))
  }
  expect(tour.tally.examples).toEqual([])
  expect(tour.tally.kinds[kind].connections).toBeGreaterThanOrEqual(TIMES)
}

describe('the built httpserver answers every good request', () => {
  test.each(EXCHANGES)('$name', async (row) => {
    await expectPassed('good', row.name, async (visit) => {
      await ask(visit, await visit.connect(), row)
    })
  })

  test.each(GOOD)('$name', async ({ name, run }) => {
    await expectPassed('good', name, run)
  })
})

describe('the built httpserver', () => {
  test.each(BAD_REQUESTS)('refuses $title', async (badRequest) => {
    await expectPassed('bad', badRequest.title, (visit) => sendBadRequest(visit, badRequest))
  })

  test.each(BAD)('refuses $name', async ({ name, run }) => {
    await expectPassed('bad', name, run)
  })
})

describe('the built httpserver outlives clients that leave', () => {
  test.each(ABORTED)('$name', async ({ name, run }) => {
    await expectPassed('aborted', name, run)
  })
})

describe('the built httpserver keeps its deadlines', () => {
  test('for every slow client', async () => {
    const tour = tourTo(server.ports.port, PATIENCE_MS)
    await Promise.all(SLOW.map((row, seed) => runScenario(tour, 'slow', row, new Random(seed))))
    expect(tour.tally.examples).toEqual([])
    expect(tour.tally.kinds.slow.connections).toBe(SLOW.length)
  })
})

test('the built httpserver has complained of none of it, and leaves with exit code 0', async () => {
  const exit = await server.stop(settings.gracePeriodMs + PATIENCE_MS)
  expect(exit).toEqual({ code: 0, signal: null })
  expect(server.complaints).toEqual([])
})
