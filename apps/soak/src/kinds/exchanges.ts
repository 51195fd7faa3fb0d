import {
  expectAnswer,
  expectBody,
  expectEcho,
  expectField,
  expectProxyTrailers,
  expectValue,
  property,
  readJson,
} from '../expectations.ts'
import { expectSame } from '../failure.ts'
import type { Random } from '../random.ts'
import { composeChunks, composeHead, composeRequest } from '../request.ts'
import type { Answer, FieldLine } from '../response-reader.ts'
import type { Site } from '../site.ts'

/** A good request, and what its answer must be. */
export interface Exchange {
  readonly method: string
  readonly octets: Buffer
  /** @throws Failure */
  readonly check: (answer: Answer) => void
}

/** How to make one kind of exchange, and how often it is chosen. */
export interface ExchangeRow {
  readonly name: string
  readonly weight: number
  readonly make: (random: Random, site: Site) => Exchange
}

const MAX_BODY_BYTES = 65_536
// The proxy passes on at most so much from the embedded httpbin.
const MAX_PROXIED_BYTES = 102_400
const MAX_PROXIED_LINES = 50

/** Every good request there is. */
export const EXCHANGES: readonly ExchangeRow[] = [
  { name: 'GET a page', weight: 6, make: getPage },
  { name: 'HEAD of a page', weight: 3, make: headPage },
  { name: 'GET of nothing', weight: 1, make: getNothing },
  { name: 'GET the echo', weight: 6, make: getEcho },
  { name: 'POST with a length', weight: 6, make: postLength },
  { name: 'POST in chunks', weight: 6, make: postChunks },
  { name: 'POST that stays unread', weight: 2, make: postUnread },
  { name: 'POST where only GET is allowed', weight: 1, make: postWrongMethod },
  { name: 'GET without content', weight: 1, make: getStatus },
  { name: 'OPTIONS *', weight: 1, make: optionsStar },
  { name: 'GET the video', weight: 2, make: getVideo },
  { name: 'GET proxied lines', weight: 2, make: getProxiedLines },
  { name: 'GET proxied octets', weight: 2, make: getProxiedOctets },
  { name: 'POST through the proxy', weight: 2, make: postProxied },
]

function getPage(_random: Random, { successPage }: Site): Exchange {
  const octets = composeRequest({ method: 'GET', target: '/' })
  return exchange('GET', octets, (answer) => {
    expectAnswer(answer, 200, 'length')
    expectField(answer, 'content-type', 'text/html; charset=utf-8')
    expectBody(answer, successPage)
  })
}

// RFC 9110 §9.3.2: the fields are those of GET.
function headPage(_random: Random, { successPage }: Site): Exchange {
  const octets = composeRequest({ method: 'HEAD', target: '/' })
  return exchange('HEAD', octets, (answer) => {
    expectAnswer(answer, 200, 'none')
    expectField(answer, 'content-length', String(successPage.length))
  })
}

function getNothing(random: Random, { notFoundPage }: Site): Exchange {
  const octets = composeRequest({ method: 'GET', target: `/${random.letters(12)}` })
  return exchange('GET', octets, (answer) => {
    expectAnswer(answer, 404, 'length')
    expectBody(answer, notFoundPage)
  })
}

function getEcho(random: Random): Exchange {
  const target = `/echo/${random.letters(random.between(1, 200))}?${random.letters(5)}=%20`
  const field: FieldLine = ['x-soak', random.letters(random.between(1, 400))]
  const octets = composeRequest({ method: 'GET', target, fields: [field] })
  return exchange('GET', octets, (answer) => {
    expectEcho(answer, { method: 'GET', target, field })
  })
}

function postLength(random: Random): Exchange {
  const body = randomBody(random)
  const octets = composeRequest({ method: 'POST', target: '/echo', body })
  return exchange('POST', octets, (answer) => {
    expectEcho(answer, { method: 'POST', target: '/echo', body })
  })
}

function postChunks(random: Random): Exchange {
  const body = randomBody(random)
  const trailers: FieldLine[] = []
  for (let count = random.between(0, 3); count > 0; count--) {
    trailers.push([`x-${random.letters(6)}`, random.letters(random.between(1, 60))])
  }
  const fields: FieldLine[] = [['Transfer-Encoding', 'chunked']]
  const head = composeHead({ method: 'PUT', target: '/echo', fields })
  const octets = Buffer.concat([head, composeChunks(body, trailers, random)])
  return exchange('PUT', octets, (answer) => {
    expectEcho(answer, { method: 'PUT', target: '/echo', body, trailers })
  })
}

// Nobody reads the body, and the next request behind it must still be found.
function postUnread(random: Random): Exchange {
  const octets = composeRequest({ method: 'POST', target: '/unread', body: randomBody(random) })
  return exchange('POST', octets, (answer) => {
    expectAnswer(answer, 200, 'length')
  })
}

function postWrongMethod(): Exchange {
  const octets = composeRequest({ method: 'POST', target: '/get-only', body: Buffer.alloc(0) })
  return exchange('POST', octets, (answer) => {
    expectAnswer(answer, 405, 'length')
    expectField(answer, 'allow', 'GET, HEAD, OPTIONS')
  })
}

function getStatus(random: Random): Exchange {
  const statusCode = random.pick([204, 304])
  const octets = composeRequest({ method: 'GET', target: `/status/${statusCode}` })
  return exchange('GET', octets, (answer) => {
    expectAnswer(answer, statusCode, 'none')
  })
}

function optionsStar(): Exchange {
  const octets = composeRequest({ method: 'OPTIONS', target: '*' })
  return exchange('OPTIONS', octets, (answer) => {
    expectAnswer(answer, 204, 'none')
  })
}

function getVideo(_random: Random, { video }: Site): Exchange {
  const octets = composeRequest({ method: 'GET', target: '/video' })
  return exchange('GET', octets, (answer) => {
    expectAnswer(answer, 200, 'length')
    expectField(answer, 'content-type', 'video/mp4')
    expectBody(answer, video)
  })
}

function getProxiedLines(random: Random): Exchange {
  const count = random.between(1, MAX_PROXIED_LINES)
  const octets = composeRequest({ method: 'GET', target: `/httpbin/stream/${count}` })
  return exchange('GET', octets, (answer) => {
    expectAnswer(answer, 200, 'chunked')
    expectProxyTrailers(answer)
    const lines = answer.body.toString('latin1').trimEnd().split('\n')
    expectSame('lines', lines.length, count)
    for (const [id, line] of lines.entries()) {
      expectValue('id', property(readJson(Buffer.from(line, 'latin1')), 'id'), id)
    }
  })
}

function getProxiedOctets(random: Random): Exchange {
  const count = random.between(0, MAX_PROXIED_BYTES)
  const route = random.pick(['bytes', 'stream-bytes'])
  const octets = composeRequest({ method: 'GET', target: `/httpbin/${route}/${count}` })
  return exchange('GET', octets, (answer) => {
    expectAnswer(answer, 200, 'chunked')
    expectSame('octets', answer.body.length, count)
    expectProxyTrailers(answer)
  })
}

function postProxied(random: Random): Exchange {
  const text = random.letters(random.between(1, 20_000))
  const body = Buffer.from(text)
  const octets = composeRequest({ method: 'POST', target: '/httpbin/anything/soak', body })
  return exchange('POST', octets, (answer) => {
    expectAnswer(answer, 200, 'chunked')
    expectProxyTrailers(answer)
    const description = readJson(answer.body)
    expectValue('method', property(description, 'method'), 'POST')
    expectSame('text that came through', property(description, 'data') === text, true)
  })
}

// Most are small, as they are in life.
function randomBody(random: Random): Buffer {
  return random.octets(random.between(0, random.chance(0.8) ? 2000 : MAX_BODY_BYTES))
}

function exchange(method: string, octets: Buffer, check: (answer: Answer) => void): Exchange {
  return { method, octets, check }
}
