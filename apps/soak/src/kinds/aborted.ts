import type { Client } from '../client.ts'
import { expectAnswer, expectBody, expectEcho } from '../expectations.ts'
import { expectSame, Failure } from '../failure.ts'
import { composeHead, composeRequest } from '../request.ts'
import type { FieldLine } from '../response-reader.ts'
import type { ScenarioRow, Visit } from '../visit.ts'

/** Clients that leave in the middle: what they do not wait for is not missed, and nothing of them may stay behind. */
export const ABORTED: readonly ScenarioRow[] = [
  { name: 'a connection that is ended at once', weight: 2, run: endAtOnce },
  { name: 'a connection that is reset at once', weight: 2, run: resetAtOnce },
  { name: 'a reset within the head', weight: 3, run: resetWithinHead },
  { name: 'a reset within the body', weight: 3, run: resetWithinBody },
  { name: 'a reset within the response', weight: 3, run: resetWithinResponse },
  { name: 'a reset within a proxied request', weight: 2, run: resetWithinProxiedRequest },
  { name: 'a reset before a proxied response', weight: 2, run: resetBeforeProxiedResponse },
  { name: 'a reset within a proxied response', weight: 2, run: resetWithinProxiedResponse },
  { name: 'an end within the head', weight: 3, run: endWithinHead },
  { name: 'an end within the body', weight: 3, run: endWithinBody },
  { name: 'an end behind the request', weight: 3, run: endBehindRequest },
  { name: 'an end behind a proxied request', weight: 2, run: endBehindProxiedRequest },
]

const VIDEOS = 10

async function endAtOnce(visit: Visit): Promise<void> {
  const client = await visit.connect()
  client.finish()
  await client.closed()
}

async function resetAtOnce(visit: Visit): Promise<void> {
  const client = await visit.connect()
  client.reset()
}

async function resetWithinHead(visit: Visit): Promise<void> {
  const client = await visit.connect()
  await sendBeginning(visit, client, composeRequest({ method: 'GET', target: '/echo' }))
  client.reset()
}

async function resetWithinBody(visit: Visit): Promise<void> {
  const client = await visit.connect()
  await sendBeginning(visit, client, bodyOf(visit, '/echo'), '\r\n\r\n')
  client.reset()
}

async function resetWithinResponse(visit: Visit): Promise<void> {
  const client = await visit.connect()
  const octets = composeRequest({ method: 'GET', target: '/video' })
  for (let i = 0; i < VIDEOS; i++) client.expect('GET')
  client.send(Buffer.concat(new Array<Buffer>(VIDEOS).fill(octets)))
  visit.sent(VIDEOS)
  await leaveWithinResponse(client)
}

async function resetWithinProxiedRequest(visit: Visit): Promise<void> {
  const client = await visit.connect()
  await sendBeginning(visit, client, bodyOf(visit, '/httpbin/anything'), '\r\n\r\n')
  client.reset()
}

async function resetBeforeProxiedResponse(visit: Visit): Promise<void> {
  const client = await visit.connect()
  const octets = composeRequest({ method: 'GET', target: '/httpbin/delay/2' })
  await client.sendAll(octets)
  visit.sent()
  client.reset()
}

async function resetWithinProxiedResponse(visit: Visit): Promise<void> {
  const client = await visit.connect()
  client.expect('GET')
  const target = '/httpbin/drip?duration=2&numbytes=200'
  client.send(composeRequest({ method: 'GET', target }))
  visit.sent()
  await leaveWithinResponse(client)
}

async function endWithinHead(visit: Visit): Promise<void> {
  const client = await visit.connect()
  await sendBeginning(visit, client, composeRequest({ method: 'GET', target: '/echo' }))
  await expectEnd(client)
}

async function endWithinBody(visit: Visit): Promise<void> {
  const client = await visit.connect()
  await sendBeginning(visit, client, bodyOf(visit, '/echo'), '\r\n\r\n')
  await expectEnd(client)
}

// RFC 9112 §9.6: a client that has ended its side may well wait for the answer.
async function endBehindRequest(visit: Visit): Promise<void> {
  const client = await visit.connect()
  const body = visit.random.octets(visit.random.between(1, 20_000))
  client.expect('POST')
  client.send(composeRequest({ method: 'POST', target: '/echo', body }))
  visit.sent()
  client.finish()
  await visit.check(client, (answer) => {
    expectEcho(answer, { method: 'POST', target: '/echo', body })
  })
  await client.closed()
}

async function endBehindProxiedRequest(visit: Visit): Promise<void> {
  const client = await visit.connect()
  const count = visit.random.between(1, 20)
  client.expect('GET')
  const target = `/httpbin/drip?duration=0.2&numbytes=${count}`
  client.send(composeRequest({ method: 'GET', target }))
  visit.sent()
  client.finish()
  await visit.check(client, (answer) => {
    expectAnswer(answer, 200, 'chunked')
    expectBody(answer, Buffer.alloc(count, '*'))
  })
  await client.closed()
}

function bodyOf({ random }: Visit, target: string): Buffer {
  const body = random.octets(random.between(100, 100_000))
  const fields: FieldLine[] = [['Content-Length', String(body.length)]]
  return Buffer.concat([composeHead({ method: 'POST', target, fields }), body])
}

// Everything up to a random place, behind `landmark` if there is one, that is not the end.
async function sendBeginning(
  visit: Visit,
  client: Client,
  octets: Buffer,
  landmark = '',
): Promise<void> {
  const least = octets.indexOf(landmark) + Math.max(1, landmark.length)
  client.expect('POST')
  visit.sent()
  await client.sendAll(octets.subarray(0, visit.random.between(least, octets.length - 1)))
}

async function leaveWithinResponse(client: Client): Promise<void> {
  await client.firstOctets()
  if (client.ended) throw new Failure('expected a response, got the end of the connection')
  client.reset()
}

// Half a request has no answer, or one that says so.
async function expectEnd(client: Client): Promise<void> {
  client.finish()
  await client.anyEnd()
  if (client.waitingAnswers > 0) expectSame('status code', (await client.answer()).statusCode, 400)
}
