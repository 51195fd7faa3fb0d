import type { Client } from '../client.ts'
import { expectAnswer, expectBody, expectEcho, saysClose } from '../expectations.ts'
import { expectSame } from '../failure.ts'
import { composeHead, composeRequest } from '../request.ts'
import type { FieldLine } from '../response-reader.ts'
import type { ScenarioRow, Visit } from '../visit.ts'
import { EXCHANGES } from './exchanges.ts'
import type { ExchangeRow } from './exchanges.ts'

/** Clients that keep to the protocol: every request must have its answer. */
export const GOOD: readonly ScenarioRow[] = [{ name: 'a kept connection', weight: 1, run: keep }]

const MAX_STEPS = 200
const MAX_BATCH = 20
const MAX_PIECES = 5

interface Step {
  readonly weight: number
  readonly run: (visit: Visit, client: Client) => Promise<void>
}

const STEPS: readonly Step[] = [
  { weight: 20, run: askOnce },
  { weight: 2, run: askTogether },
  { weight: 1, run: askWithExpectation },
]

const ENDINGS: readonly Step[] = [
  { weight: 1, run: endBySayingSo },
  { weight: 1, run: endByVersion },
  { weight: 1, run: endByLeaving },
]

async function keep(visit: Visit): Promise<void> {
  const { random, site } = visit
  const client = await visit.connect()
  for (let step = random.between(1, MAX_STEPS); step > 0 && !visit.stopping; step--) {
    // A client that was held up knows from Keep-Alive that the connection may be on its way out, and does not use it.
    if (performance.now() - client.lastAnswer > site.settings.keepAliveTimeoutMs / 2) return
    await random.weighted(STEPS).run(visit, client)
  }
  await random.weighted(ENDINGS).run(visit, client)
}

async function askOnce(visit: Visit, client: Client): Promise<void> {
  await ask(visit, client, visit.random.weighted(EXCHANGES))
}

/** One request in pieces, and its answer, which must leave the connection open. */
export async function ask(visit: Visit, client: Client, row: ExchangeRow): Promise<void> {
  const { random } = visit
  visit.name = row.name
  const { method, octets, check } = row.make(random, visit.site)
  const start = performance.now()
  client.expect(method)
  for (const piece of random.pieces(octets, MAX_PIECES)) client.send(piece)
  visit.sent()
  await visit.check(client, (answer) => {
    visit.waited(performance.now() - start)
    check(answer)
    expectSame('Connection: close', saysClose(answer), false)
  })
}

// RFC 9112 §9.3.2: the answers come in the order of the requests.
async function askTogether(visit: Visit, client: Client): Promise<void> {
  const { random } = visit
  const batch = Array.from({ length: random.between(2, MAX_BATCH) }, () => {
    const row = random.weighted(EXCHANGES)
    return { name: `pipelined ${row.name}`, ...row.make(random, visit.site) }
  })
  for (const { method } of batch) client.expect(method)
  const octets = Buffer.concat(batch.map((exchange) => exchange.octets))
  for (const piece of random.pieces(octets, MAX_PIECES)) client.send(piece)
  visit.sent(batch.length)
  for (const { name, check } of batch) {
    visit.name = name
    await visit.check(client, check)
  }
}

// RFC 9110 §10.1.1: the body is sent when the server has asked for it.
async function askWithExpectation(visit: Visit, client: Client): Promise<void> {
  const { random } = visit
  visit.name = 'POST that waits for 100'
  const body = random.octets(random.between(1, 5000))
  const fields: FieldLine[] = [
    ['Content-Length', String(body.length)],
    ['Expect', '100-continue'],
  ]
  client.expect('POST')
  client.send(composeHead({ method: 'POST', target: '/echo', fields }))
  visit.sent()
  expectSame('interim response', await client.interim(), 100)
  client.send(body)
  await visit.check(client, (answer) => {
    expectEcho(answer, { method: 'POST', target: '/echo', body })
  })
}

async function endBySayingSo(visit: Visit, client: Client): Promise<void> {
  visit.name = 'GET with Connection: close'
  const fields: FieldLine[] = [['Connection', 'close']]
  const octets = composeRequest({ method: 'GET', target: '/', fields })
  await askForTheLastTime(visit, client, octets)
}

async function endByVersion(visit: Visit, client: Client): Promise<void> {
  visit.name = 'GET by HTTP/1.0'
  const octets = composeRequest({ method: 'GET', target: '/', httpVersion: '1.0' })
  await askForTheLastTime(visit, client, octets)
}

async function askForTheLastTime(visit: Visit, client: Client, octets: Buffer): Promise<void> {
  client.expect('GET')
  client.send(octets)
  visit.sent()
  await visit.check(client, (answer) => {
    expectAnswer(answer, 200, 'length')
    expectSame('Connection: close', saysClose(answer), true)
    expectBody(answer, visit.site.successPage)
  })
  await client.closed()
}

async function endByLeaving(visit: Visit, client: Client): Promise<void> {
  visit.name = 'the end of an idle connection'
  client.finish()
  await client.closed()
}
