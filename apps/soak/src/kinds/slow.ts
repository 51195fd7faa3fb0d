import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from '../client.ts'
import { expectAnswer, expectBody, expectEcho, expectRefusal } from '../expectations.ts'
import { expectSame, Failure } from '../failure.ts'
import { composeHead, composeRequest, octetsOf } from '../request.ts'
import type { FieldLine } from '../response-reader.ts'
import type { ScenarioRow, Visit } from '../visit.ts'

/** Clients that take their time: within the deadlines they are served, beyond them they are told, or left. */
export const SLOW: readonly ScenarioRow[] = [
  { name: 'a head in drips', weight: 4, run: dripHead },
  { name: 'a body in drips', weight: 4, run: dripBody },
  { name: 'a slow reader', weight: 4, run: readSlowly },
  { name: 'a slow upstream', weight: 4, run: waitForUpstream },
  { name: 'a head without an end', weight: 2, run: neverEndHead },
  { name: 'a body that stops', weight: 2, run: stopWithinBody },
  { name: 'a reader that stops', weight: 1, run: stopReading },
  { name: 'an idle connection', weight: 2, run: stayIdle },
  { name: 'a connection without a request', weight: 2, run: saySilence },
  { name: 'nothing but empty lines', weight: 1, run: sendEmptyLines },
]

// A deadline is never early, but for what two clocks may differ by; it may be late on a machine that is busy.
const EARLY_MS = 100
const LATE_MS = 5000

const DRIP_PAUSE_MS = 100
const SLOW_VIDEOS = 60
const READING_PAUSE_MS = 20
// More than the systems of both sides hold between them.
const UNREAD_VIDEOS = 1000

async function dripHead(visit: Visit): Promise<void> {
  const client = await visit.connect()
  const field: FieldLine = ['x-soak', visit.random.letters(200)]
  const octets = composeRequest({ method: 'GET', target: '/echo', fields: [field] })
  client.expect('GET')
  visit.sent()
  await drip(visit, client, octets, visit.site.settings.headerTimeoutMs / 2)
  await visit.check(client, (answer) => {
    expectEcho(answer, { method: 'GET', target: '/echo', field })
  })
}

async function dripBody(visit: Visit): Promise<void> {
  const client = await visit.connect()
  const body = visit.random.octets(5000)
  const fields: FieldLine[] = [['Content-Length', String(body.length)]]
  client.expect('POST')
  client.send(composeHead({ method: 'POST', target: '/echo', fields }))
  visit.sent()
  await drip(visit, client, body, visit.site.settings.requestTimeoutMs / 2)
  await visit.check(client, (answer) => {
    expectEcho(answer, { method: 'POST', target: '/echo', body })
  })
}

async function readSlowly(visit: Visit): Promise<void> {
  const client = await visit.connect()
  askForVideos(visit, client, SLOW_VIDEOS)
  for (let i = 0; i < SLOW_VIDEOS; i++) {
    client.pause()
    await pause(READING_PAUSE_MS)
    client.resume()
    await visit.check(client, (answer) => {
      expectAnswer(answer, 200, 'length')
      expectBody(answer, visit.site.video)
    })
  }
}

async function waitForUpstream(visit: Visit): Promise<void> {
  const client = await visit.connect()
  const count = visit.random.between(1, 50)
  client.expect('GET')
  const target = `/httpbin/drip?duration=1&numbytes=${count}`
  client.send(composeRequest({ method: 'GET', target }))
  visit.sent()
  await visit.check(client, (answer) => {
    expectAnswer(answer, 200, 'chunked')
    expectBody(answer, Buffer.alloc(count, '*'))
  })
}

async function neverEndHead(visit: Visit): Promise<void> {
  const client = await visit.connect()
  client.expect('GET')
  const start = performance.now()
  client.send(octetsOf('GET / HTTP/1.1', 'Host: a', ''))
  visit.sent()
  while (!client.answered && performance.now() - start < lateAfter(visit, 'headerTimeoutMs')) {
    await pause(DRIP_PAUSE_MS)
    client.send(octetsOf('A: a', ''))
  }
  await expectTimeout(visit, client, start, visit.site.settings.headerTimeoutMs)
}

async function stopWithinBody(visit: Visit): Promise<void> {
  const client = await visit.connect()
  client.expect('POST')
  const start = performance.now()
  const fields: FieldLine[] = [['Content-Length', '10']]
  client.send(composeHead({ method: 'POST', target: '/echo', fields }))
  client.send(Buffer.from('hello'))
  visit.sent()
  await expectTimeout(visit, client, start, visit.site.settings.requestTimeoutMs)
}

async function stopReading(visit: Visit): Promise<void> {
  const { writeTimeoutMs } = visit.site.settings
  const client = await visit.connect()
  client.pause()
  askForVideos(visit, client, UNREAD_VIDEOS)
  await pause(writeTimeoutMs + LATE_MS)
  await client.anyEnd()
  if (client.waitingAnswers >= UNREAD_VIDEOS) throw new Failure('expected a cut, got every answer')
}

async function stayIdle(visit: Visit): Promise<void> {
  const client = await visit.connect()
  client.expect('GET')
  client.send(composeRequest({ method: 'GET', target: '/' }))
  visit.sent()
  await visit.check(client, (answer) => {
    expectAnswer(answer, 200, 'length')
  })
  await expectSilentEnd(client, client.lastAnswer, visit.site.settings.keepAliveTimeoutMs)
}

async function saySilence(visit: Visit): Promise<void> {
  const client = await visit.connect()
  await expectSilentEnd(client, client.lastAnswer, visit.site.settings.headerTimeoutMs)
}

// RFC 9112 §2.2 lets empty lines be skipped; they are no request, so they buy no time.
async function sendEmptyLines(visit: Visit): Promise<void> {
  const client = await visit.connect()
  const start = client.lastAnswer
  while (!client.answered && performance.now() - start < lateAfter(visit, 'headerTimeoutMs')) {
    client.send(octetsOf('', ''))
    await pause(DRIP_PAUSE_MS)
  }
  await client.anyEnd()
  expectDeadline(start, visit.site.settings.headerTimeoutMs)
}

async function drip(visit: Visit, client: Client, octets: Buffer, time: number): Promise<void> {
  const pieces = visit.random.pieces(octets, 20)
  for (const piece of pieces) {
    client.send(piece)
    await pause(time / pieces.length)
  }
}

function askForVideos(visit: Visit, client: Client, count: number): void {
  const octets = composeRequest({ method: 'GET', target: '/video' })
  for (let i = 0; i < count; i++) client.expect('GET')
  client.send(Buffer.concat(new Array<Buffer>(count).fill(octets)))
  visit.sent(count)
}

// RFC 9110 §15.5.9.
async function expectTimeout(
  visit: Visit,
  client: Client,
  start: number,
  deadlineMs: number,
): Promise<void> {
  await visit.check(client, (answer) => {
    expectRefusal(answer, 408)
    expectDeadline(start, deadlineMs)
  })
  await client.closed()
}

async function expectSilentEnd(client: Client, start: number, deadlineMs: number): Promise<void> {
  await client.closed()
  expectDeadline(start, deadlineMs)
}

function expectDeadline(start: number, deadlineMs: number): void {
  const passed = Math.round(performance.now() - start)
  const inTime = passed >= deadlineMs - EARLY_MS && passed <= deadlineMs + LATE_MS
  expectSame(`deadline of ${deadlineMs} ms kept (${passed} ms)`, inTime, true)
}

function lateAfter({ site }: Visit, deadline: 'headerTimeoutMs'): number {
  return site.settings[deadline] + LATE_MS
}
