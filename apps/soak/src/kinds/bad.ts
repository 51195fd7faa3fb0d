import type { Client } from '../client.ts'
import { expectRefusal } from '../expectations.ts'
import type { Random } from '../random.ts'
import { composeHead, octetsOf } from '../request.ts'
import type { FieldLine } from '../response-reader.ts'
import type { Site } from '../site.ts'
import type { ScenarioRow, Visit } from '../visit.ts'
import { BAD_REQUESTS } from './bad-requests.ts'
import type { BadRequest } from './bad-requests.ts'
import { EXCHANGES } from './exchanges.ts'
import type { Exchange } from './exchanges.ts'

/** Clients that break the protocol: each must be told so, and that its connection ends. */
export const BAD: readonly ScenarioRow[] = [
  { name: 'a malformed request', weight: 40, run: sendMalformed },
  { name: 'an upload beyond the limit', weight: 2, run: uploadTooMuch },
  { name: 'an upload in chunks beyond the limit', weight: 1, run: uploadTooManyChunks },
]

const MAX_PIECES = 4
const UPLOAD_PIECE_BYTES = 65_536

async function sendMalformed(visit: Visit): Promise<void> {
  await sendBadRequest(visit, visit.random.pick(BAD_REQUESTS))
}

/** Sends it, now and then behind a good request or with one behind it, and expects that it is refused. */
export async function sendBadRequest(visit: Visit, badRequest: BadRequest): Promise<void> {
  const { random } = visit
  const { title, statusCode, octets } = badRequest
  visit.name = title
  const client = await visit.connect()
  const good = random.chance(0.3) ? [goodExchange(random, visit.site)] : []
  for (const { method } of good) client.expect(method)
  client.expect('GET')
  // What follows must be neither answered nor in the way of the refusal.
  const behind = random.chance(0.3)
    ? octetsOf('GET / HTTP/1.1', 'Host: a', '', '')
    : Buffer.alloc(0)
  const all = Buffer.concat([...good.map((exchange) => exchange.octets), octets, behind])
  for (const piece of random.pieces(all, MAX_PIECES)) client.send(piece)
  visit.sent(good.length + 1)
  for (const { check } of good) await visit.check(client, check)
  await expectRefused(visit, client, statusCode)
}

async function uploadTooMuch(visit: Visit): Promise<void> {
  const length = visit.site.settings.maxBodyBytes * 3
  const client = await startUpload(visit, ['Content-Length', String(length)])
  const piece = visit.random.octets(UPLOAD_PIECE_BYTES)
  for (let sent = 0; sent < length && !client.answered; sent += piece.length) {
    await client.sendAll(piece)
  }
  await expectRefused(visit, client, 413)
}

async function uploadTooManyChunks(visit: Visit): Promise<void> {
  const length = visit.site.settings.maxBodyBytes * 3
  const client = await startUpload(visit, ['Transfer-Encoding', 'chunked'])
  const piece = visit.random.octets(UPLOAD_PIECE_BYTES)
  const chunk = Buffer.concat([octetsOf(piece.length.toString(16), ''), piece, octetsOf('', '')])
  for (let sent = 0; sent < length && !client.answered; sent += piece.length) {
    await client.sendAll(chunk)
  }
  await expectRefused(visit, client, 413)
}

async function startUpload(visit: Visit, framing: FieldLine): Promise<Client> {
  const client = await visit.connect()
  client.expect('POST')
  client.send(composeHead({ method: 'POST', target: '/echo', fields: [framing] }))
  visit.sent()
  return client
}

// RFC 9112 §9.6: the refusal arrives whole, however much the client was sending, and nothing comes behind it but the end.
async function expectRefused(visit: Visit, client: Client, statusCode: number): Promise<void> {
  await visit.check(client, (answer) => {
    expectRefusal(answer, statusCode)
  })
  await client.closed()
}

function goodExchange(random: Random, site: Site): Exchange {
  return random.weighted(EXCHANGES).make(random, site)
}
