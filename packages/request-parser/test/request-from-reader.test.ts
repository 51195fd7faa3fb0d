import { Readable } from 'node:stream'
import { ProtocolError, UsageError } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { ALL_CASES } from './cases/all.ts'
import { requestFromReader } from '../src/index.ts'
import type { RequestFromReaderOptions } from '../src/index.ts'
import { SteppedReader } from './support/chunk-reader.ts'
import { latin1, latin1Text, octets } from './support/octets.ts'
import { isWhole } from './support/test-cases.ts'

const POST = octets`POST /coffee HTTP/1.1
Host: localhost:42069
Transfer-Encoding: chunked

5
hello
6
 world
0
X-Sum: 1

`

function* piecesOf(whole: Uint8Array, size: number): Generator<Uint8Array> {
  for (let i = 0; i < whole.length; i += size) yield whole.slice(i, i + size)
}

/** An iterator that remembers whether it was closed. */
class Source implements AsyncIterableIterator<Uint8Array> {
  closed = false
  reads = 0
  readonly #pieces: Iterator<Uint8Array>

  constructor(pieces: Iterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.iterator]()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    this.reads++
    return Promise.resolve(this.#pieces.next())
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    this.closed = true
    return Promise.resolve({ done: true, value: undefined })
  }
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('nothing thrown')
}

describe('a whole request', () => {
  for (const octetsPerRead of [1, 2, 3, 7, 50, 1000]) {
    test(`is read from a reader that gives ${octetsPerRead} octets a read (RFC 9112 §2.1)`, async () => {
      const request = await requestFromReader(new SteppedReader(POST, octetsPerRead))
      expect(request.requestLine).toEqual({
        method: 'POST',
        requestTarget: '/coffee',
        httpVersion: '1.1',
      })
      expect(request.headers.get('host')).toBe('localhost:42069')
      expect(request.framing).toEqual({ kind: 'chunked' })
      expect(request.persistent).toBe(true)
      expect(request.expectsContinue).toBe(false)
      expect(latin1Text(request.body)).toBe('hello world')
      expect([...request.trailers]).toEqual([['x-sum', '1']])
    })
  }

  test('has an empty body and no trailers when it has none', async () => {
    const request = await requestFromReader(
      new SteppedReader(latin1('GET / HTTP/1.1\r\nHost: a\r\n\r\n'), 5),
    )
    expect(request.body).toHaveLength(0)
    expect(request.trailers.size).toBe(0)
  })

  test('is read from an array of pieces', async () => {
    const { body } = await requestFromReader([...piecesOf(POST, 9)])
    expect(latin1Text(body)).toBe('hello world')
  })

  test('is read from a generator, and from an asynchronous one', async () => {
    const first = await requestFromReader(piecesOf(POST, 9))
    const second = await requestFromReader(
      (async function* () {
        yield* piecesOf(POST, 9)
      })(),
    )
    expect(second.body).toEqual(first.body)
  })

  test('is read from a stream of the host', async () => {
    const { body } = await requestFromReader(Readable.from(piecesOf(POST, 4)))
    expect(latin1Text(body)).toBe('hello world')
  })

  test('is the same from every reader, for every row of the tables', async () => {
    for (const row of ALL_CASES) {
      if (!isWhole(row) || row.requests?.length === 0) continue
      const [whole, dripped] = await Promise.all([
        requestFromReader([row.octets], row.limits),
        requestFromReader(new SteppedReader(row.octets, 1), row.limits),
      ])
      expect(dripped.requestLine, row.title).toEqual(whole.requestLine)
      expect([...dripped.headers.lines()]).toEqual([...whole.headers.lines()])
      expect(latin1Text(dripped.body)).toBe(latin1Text(whole.body))
      expect([...dripped.trailers.lines()]).toEqual([...whole.trailers.lines()])
    }
  })
})

describe('the source', () => {
  test('is asked for no more than the request takes', async () => {
    const reader = new SteppedReader(latin1(`${latin1Text(POST)}rest`), POST.length)
    await requestFromReader(reader)
    expect(reader.unread).toBe(4)
  })

  test('is left open, so that the request can be answered', async () => {
    const source = new Source([POST, POST])
    await requestFromReader(source)
    expect(source).toMatchObject({ closed: false, reads: 1 })
    await requestFromReader(source)
    expect(source).toMatchObject({ closed: false, reads: 2 })
  })

  test('is left open when the request is refused', async () => {
    const source = new Source([latin1('\0'), POST])
    expect(await failure(requestFromReader(source))).toMatchObject({ code: 'ERR_METHOD' })
    expect(source).toMatchObject({ closed: false, reads: 1 })
  })

  test('passes its own error on', async () => {
    const broken = new Error('the line is dead')
    const reader = { read: () => Promise.reject(broken) }
    expect(await failure(requestFromReader(reader))).toBe(broken)
    const iterable = {
      *[Symbol.iterator](): Generator<Uint8Array> {
        yield latin1('GET')
        throw broken
      },
    }
    expect(await failure(requestFromReader(iterable))).toBe(broken)
  })
})

describe('a request that is none', () => {
  test('is refused with what is wrong (RFC 9112 §3)', async () => {
    const error = await failure(
      requestFromReader(new SteppedReader(latin1('GET /coffee\r\n\r\n'), 3)),
    )
    expect(error).toBeInstanceOf(ProtocolError)
    expect(error).toMatchObject({ code: 'ERR_REQUEST_LINE', status: 400, offset: 11 })
  })

  test('is refused when its octets end too early (RFC 9112 §8)', async () => {
    for (let end = 1; end < POST.length; end++) {
      const error = await failure(requestFromReader([POST.subarray(0, end)]))
      expect(error).toMatchObject({ code: 'ERR_INCOMPLETE_MESSAGE', offset: end })
    }
    for (const source of [
      new Source([POST.subarray(0, 20)]),
      new SteppedReader(POST.subarray(0, 20), 7),
    ]) {
      const error = await failure(requestFromReader(source))
      expect(error).toMatchObject({ code: 'ERR_INCOMPLETE_MESSAGE', offset: 20 })
    }
  })

  test('is refused when there is nothing, or only an empty line (RFC 9112 §8)', async () => {
    for (const pieces of [[], [new Uint8Array(0)], [latin1('\r\n')], [latin1('\r')]]) {
      expect(await failure(requestFromReader(pieces))).toMatchObject({
        code: 'ERR_INCOMPLETE_MESSAGE',
        expected: 'a request',
        received: 'nothing',
        offset: 0,
      })
    }
  })

  test('is refused at its limits (RFC 9110 §15.5.14)', async () => {
    const error = await failure(requestFromReader([POST], { maxBodyBytes: 10 }))
    expect(error).toMatchObject({ code: 'ERR_BODY_TOO_LARGE', status: 413 })
  })

  test.each([undefined, null, 'GET / HTTP/1.1', 5, {}, { read: 'GET' }, () => null])(
    'is not read from %o',
    async (reader) => {
      const error = await failure(requestFromReader(reader as never))
      expect(error).toBeInstanceOf(UsageError)
      expect(error).toMatchObject({ code: 'ERR_OPTION' })
    },
  )

  test('is not asked for with a limit that is none', async () => {
    const error = await failure(requestFromReader([POST], { maxBodyBytes: -1 }))
    expect(error).toBeInstanceOf(UsageError)
  })

  test('may be all there in one piece of memory', async () => {
    expect(latin1Text((await requestFromReader(POST)).body)).toBe('hello world')
  })

  test('may come in memory that its source uses again', async () => {
    const memory = new Uint8Array(64)
    function* reusing(): Generator<Uint8Array> {
      for (const text of [
        'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n',
        'abc',
        'def',
        'ghi',
      ]) {
        memory.set(latin1(text))
        yield memory.subarray(0, text.length)
      }
    }
    expect(latin1Text((await requestFromReader(reusing())).body)).toBe('abcdefghi')
  })
})

describe('a client that waits for 100 (Continue)', () => {
  const HEAD = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n'

  /** A client that sends its content only after it was told to go on. */
  class WaitingClient {
    readonly steps: string[] = []
    toldToGoOn = false
    #sentHead = false

    read(): Promise<Uint8Array | null> {
      this.steps.push('read')
      if (!this.#sentHead) {
        this.#sentHead = true
        return Promise.resolve(latin1(HEAD))
      }
      return Promise.resolve(this.toldToGoOn ? latin1('hello') : null)
    }
  }

  test('is told to go on once, after the head and before content is read (RFC 9110 §10.1.1)', async () => {
    const client = new WaitingClient()
    const request = await requestFromReader(client, {
      onContinue: ({ requestLine, headers }) => {
        client.steps.push(`${requestLine.method} ${headers.get('content-length')}`)
        client.toldToGoOn = true
      },
    })
    expect(latin1Text(request.body)).toBe('hello')
    expect(client.steps).toEqual(['read', 'POST 5', 'read'])
  })

  test('is read on when the promise has resolved', async () => {
    const client = new WaitingClient()
    let goOn: () => void = () => undefined
    const promise = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const reading = requestFromReader(client, { onContinue: () => promise })
    await new Promise(setImmediate)
    expect(client.steps).toEqual(['read'])
    client.toldToGoOn = true
    goOn()
    expect(latin1Text((await reading).body)).toBe('hello')
  })

  const refusal = new Error('no room')
  const refusals = {
    'an error that is thrown': () => {
      throw refusal
    },
    'a promise that is rejected': () => Promise.reject(refusal),
  }
  for (const [title, onContinue] of Object.entries(refusals)) {
    test(`is refused with ${title}, and nothing more is read`, async () => {
      const client = new WaitingClient()
      expect(await failure(requestFromReader(client, { onContinue }))).toBe(refusal)
      expect(client.steps).toEqual(['read'])
    })
  }

  test('is told to go on also when content has come with the head, in however many pieces', async () => {
    for (let size = 1; size < HEAD.length + 5; size++) {
      let calls = 0
      const { body } = await requestFromReader(piecesOf(latin1(`${HEAD}hello`), size), {
        onContinue: () => {
          calls++
        },
      })
      expect(latin1Text(body)).toBe('hello')
      expect(calls, `pieces of ${size} octets`).toBe(1)
    }
  })

  const silent = {
    'expects nothing': HEAD.replace('Expect', 'X-Expect'),
    'has no content': HEAD.replace('Length: 5', 'Length: 0'),
    'has no framing': HEAD.replace('Content-Length', 'X-Length'),
    'is of HTTP/1.0': HEAD.replace('HTTP/1.1', 'HTTP/1.0'),
  }
  for (const [title, head] of Object.entries(silent)) {
    test(`is told nothing when the request ${title}`, async () => {
      const onContinue = (): never => {
        throw refusal
      }
      const request = await requestFromReader([latin1(`${head}hello`)], { onContinue })
      expect(request.requestLine.method).toBe('POST')
    })
  }

  test('is refused without a word when its content would be too large (RFC 9110 §15.5.14)', async () => {
    const onContinue = (): never => {
      throw refusal
    }
    const error = await failure(requestFromReader([latin1(HEAD)], { onContinue, maxBodyBytes: 4 }))
    expect(error).toMatchObject({ code: 'ERR_BODY_TOO_LARGE' })
  })

  test('needs a function to be told by', async () => {
    const options = { onContinue: 'yes' } as unknown as RequestFromReaderOptions
    const error = await failure(requestFromReader([POST], options))
    expect(error).toBeInstanceOf(UsageError)
    expect(error).toMatchObject({ code: 'ERR_OPTION' })
  })
})
