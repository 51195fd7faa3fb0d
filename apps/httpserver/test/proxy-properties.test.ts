// Whatever an upstream sends and however its connection ends, a client gets the whole content of its own response, signed, or can
// see that it did not. The upstream here reads requests as naive servers do: a body of GET is the next request to it.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApplication } from './support/test-application.ts'
import type { TestApplication } from './support/test-application.ts'

type Ending = 'keeps' | 'finishes' | 'resets' | 'finishes early' | 'resets early' | 'says more'

/** How the upstream answers one request. */
interface Plan {
  readonly framing: 'length' | 'chunked' | 'close'
  readonly contentBytes: number
  /** Octets in each write. */
  readonly writeBytes: number
  readonly ending: Ending
  /** Whether it answers before it has read the body of the request. */
  readonly early: boolean
}

interface Exchange {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  readonly bodyBytes: number
  readonly plan: Plan
}

interface Outcome {
  readonly statusCode: number
  readonly content: string
  readonly complete: boolean
  readonly trailers: NodeJS.Dict<string>
}

const STOLEN = 'GET /stolen HTTP/1.1\r\nHost: upstream.test\r\n\r\n'
const plans = new Map<string, Plan>()
const sockets = new Set<Socket>()
let upstream: Server
let application: TestApplication
let exchangeCount = 0

beforeAll(async () => {
  upstream = createServer({ allowHalfOpen: true }, serveNaively)
  upstream.listen(0, '127.0.0.1')
  await once(upstream, 'listening')
  const address = upstream.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  application = await startTestApplication({ upstream: new URL(`http://127.0.0.1:${port}`) })
})

afterAll(() => {
  application.stop()
  upstream.close()
  for (const socket of sockets) socket.destroy()
})

function serveNaively(socket: Socket): void {
  sockets.add(socket)
  socket.setEncoding('latin1')
  socket.on('error', () => undefined)
  socket.on('close', () => sockets.delete(socket))
  let held = ''
  let awaited = 0
  let afterBody: (() => void) | undefined
  let answersMore = true
  const read = (): void => {
    if (!answersMore) return
    if (awaited > 0) {
      const taken = Math.min(awaited, held.length)
      held = held.slice(taken)
      awaited -= taken
      if (awaited > 0) return
      afterBody?.()
      afterBody = undefined
    }
    const end = held.indexOf('\r\n\r\n')
    if (end === -1) return
    const head = held.slice(0, end)
    held = held.slice(end + 4)
    const path = /^[A-Z]+ (\S+)/.exec(head)?.[1] ?? ''
    const plan = plans.get(path)
    const answer = (): void => {
      answersMore = plan === undefined || plan.ending === 'keeps' || plan.ending === 'says more'
      if (plan !== undefined) respond(socket, path, plan, head.startsWith('HEAD '))
      else if (!socket.destroyed) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen')
    }
    // A body of POST and PUT is read. One of another method is not looked for.
    awaited = /^(?:POST|PUT) /.test(head)
      ? Number(/content-length: (\d+)/i.exec(head)?.[1] ?? '0')
      : 0
    if (plan?.early === true) answer()
    else afterBody = answer
    if (awaited === 0) {
      afterBody?.()
      afterBody = undefined
    }
    read()
  }
  socket.on('data', (octets: string) => {
    held += octets
    read()
  })
  socket.on('end', () => socket.end())
}

function contentOf(path: string, { contentBytes }: Plan): string {
  return `${path}:`.repeat(Math.ceil(contentBytes / (path.length + 1))).slice(0, contentBytes)
}

function respond(socket: Socket, path: string, plan: Plan, withoutContent: boolean): void {
  if (socket.destroyed) return
  const content = contentOf(path, plan)
  const { framing, ending } = plan
  let octets = 'HTTP/1.1 200 OK\r\n'
  if (framing === 'length') octets += `Content-Length: ${content.length}\r\n\r\n`
  else if (framing === 'chunked') octets += 'Transfer-Encoding: chunked\r\n\r\n'
  else octets += 'Connection: close\r\n\r\n'
  if (!withoutContent || ending === 'says more') {
    if (framing === 'chunked') octets += `${content.length.toString(16)}\r\n${content}\r\n0\r\n\r\n`
    else octets += content
  }
  const early = ending.endsWith('early')
  if (early) octets = octets.slice(0, Math.floor(octets.length * 0.7))
  for (let i = 0; i < octets.length; i += plan.writeBytes) {
    socket.write(octets.slice(i, i + plan.writeBytes), 'latin1')
  }
  if (ending.startsWith('resets')) {
    // What was written must have left: a reset drops what still waits here.
    socket.write('', () => socket.resetAndDestroy())
  } else if (framing === 'close' || ending.startsWith('finishes')) {
    socket.end()
  }
}

async function exchange({ method, bodyBytes, plan }: Exchange): Promise<Outcome | 'cut'> {
  const path = `/${exchangeCount++}`
  plans.set(path, plan)
  const body = bodyBytes === 0 ? '' : STOLEN.repeat(Math.ceil(bodyBytes / STOLEN.length))
  try {
    const client = httpRequest({
      port: application.port,
      host: '127.0.0.1',
      path: `/httpbin${path}`,
      method,
      agent: false,
      headers: { Connection: 'close', ...(body === '' ? {} : { 'Content-Length': body.length }) },
    })
    client.end(body)
    const [message] = (await once(client, 'response')) as [IncomingMessage]
    message.setEncoding('latin1')
    let content = ''
    for await (const piece of message) content += String(piece)
    const { statusCode = 0, complete, trailers } = message
    return { statusCode, content, complete, trailers }
  } catch {
    return 'cut'
  }
}

/** What a client may see; anything else is somebody else's content, or a part that looks whole. */
function check({ method, plan }: Exchange, path: string, outcome: Outcome | 'cut'): void {
  if (outcome === 'cut' || outcome.statusCode === 502 || outcome.statusCode === 504) return
  expect(outcome.statusCode).toBe(200)
  expect(outcome.complete).toBe(true)
  if (method === 'HEAD') {
    expect(outcome.content).toBe('')
    return
  }
  const content = contentOf(path, plan)
  expect(outcome.content).toBe(content)
  expect(outcome.trailers['x-content-sha256']).toBe(
    createHash('sha256').update(content).digest('hex'),
  )
  // What ended too early, or by a reset where the end is the only sign, is not known to be whole.
  const cut =
    plan.ending.endsWith('early') || (plan.framing === 'close' && plan.ending === 'resets')
  expect(cut && content.length > 0).toBe(false)
}

// A close-delimited response that ends early by FIN cannot be told from a whole one (RFC 9112 §6.3 rule 8).
const canBeTold = ({ framing, ending }: Plan): boolean =>
  framing !== 'close' || ending !== 'finishes early'

const planned: fc.Arbitrary<Plan> = fc
  .record({
    framing: fc.constantFrom('length', 'chunked', 'close'),
    contentBytes: fc.oneof(fc.constantFrom(0, 1, 100), fc.nat(100_000)),
    writeBytes: fc.constantFrom(7_000, 65_536, 1_000_000),
    ending: fc.constantFrom<Ending[]>(
      'keeps',
      'keeps',
      'finishes',
      'resets',
      'finishes early',
      'resets early',
      'says more',
    ),
    early: fc.boolean(),
  })
  .filter(canBeTold)

const exchanges: fc.Arbitrary<Exchange[]> = fc.array(
  fc.record({
    method: fc.constantFrom('GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE'),
    bodyBytes: fc.constantFrom(0, 0, 1, 20_000, 300_000),
    plan: planned,
  }),
  { minLength: 4, maxLength: 12 },
)

test('a client gets its own response whole and signed, or sees that it is not (RFC 9112 §8)', async () => {
  let whole = 0
  await fc.assert(
    fc.asyncProperty(exchanges, async (list) => {
      // Some at the same time, some after others on the connections that those left.
      for (let i = 0; i < list.length; i += 3) {
        const wave = list.slice(i, i + 3)
        const first = exchangeCount
        const outcomes = await Promise.all(wave.map((planned) => exchange(planned)))
        for (const [j, outcome] of outcomes.entries()) {
          const planned = wave[j]
          if (planned === undefined) continue
          check(planned, `/${first + j}`, outcome)
          if (outcome !== 'cut' && outcome.statusCode === 200) whole++
        }
      }
    }),
    { numRuns: Number(process.env['RUNS'] ?? 60), endOnFailure: true },
  )
  // Otherwise it says nothing: most plans are those of honest upstreams.
  expect(whole).toBeGreaterThan(100)
}, 120_000)
