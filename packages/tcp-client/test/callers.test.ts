// Code of the caller's that fails, never ends, or gives what its type does not say: nothing hangs, and the process lives on.
import { createContext, runInContext } from 'node:vm'
import { Headers } from '@rawhttp/headers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { RequestOptions, ResponseBody, Take } from '../src/index.ts'
import { answer, codeOf, response, rig, turn, until } from './support/rig.ts'

const unheard: unknown[] = []
const note = (error: unknown): void => void unheard.push(error)
const EVENTS = ['unhandledRejection', 'uncaughtException'] as const

beforeEach(() => {
  for (const event of EVENTS) process.on(event, note)
})
afterEach(async () => {
  for (let turns = 0; turns < 3; turns++) await turn()
  for (const event of EVENTS) process.off(event, note)
  // A hook that throws fails its test.
  if (unheard.length > 0) throw new Error('nobody heard of it', { cause: unheard.splice(0) })
})

/** A value of which no string can be made. */
const NAMELESS: unknown = Object.create(null)
// oxlint-disable-next-line unicorn/no-thenable -- what callers give is to be looked at
const THEN = 'then'
const LONG = response('x'.repeat(300_000))

function fail(): never {
  throw new Error('theirs')
}

describe('a taker', () => {
  const FAILING: readonly (readonly [string, Take, string])[] = [
    ['that throws', fail, 'theirs'],
    ['that rejects', () => Promise.reject(new Error('theirs')), 'theirs'],
    ['that throws what is no error', () => throwing('theirs'), 'Thrown: theirs'],
    ['that throws what has no name', () => throwing(NAMELESS), 'Thrown: a value'],
    ['that rejects with what has no name', () => Promise.reject(NAMELESS), 'Thrown: a value'],
    ['whose promise cannot be looked at', () => thenable({ get: fail }), 'theirs'],
    ['whose promise throws', () => thenable({ value: fail }), 'theirs'],
  ]
  test.each(FAILING)('%s ends its body, and nothing else', async (_what, take, message) => {
    const { client, origin } = await rig(answer(LONG))
    for (let i = 0; i < 2; i++) {
      const { body } = await client.request({ origin })
      await expect(body.forEach(take)).rejects.toThrow(message)
    }
    expect(await (await client.request({ origin })).body.bytes()).toHaveLength(300_000)
  })

  const TAKING: readonly (readonly [string, () => unknown])[] = [
    ['gives a number, as push does', () => 7],
    ['gives null', () => null],
    ['gives an object', () => ({})],
    [
      'gives a promise of another maker',
      () => thenable({ value: (done: () => unknown) => done() }),
    ],
    [
      'gives a promise that is kept twice',
      () =>
        thenable({
          value: (done: () => void, failed: () => void) => {
            done()
            done()
            failed()
          },
        }),
    ],
  ]
  test.each(TAKING)('that %s takes the whole body', async (_what, take) => {
    const { client, origin } = await rig(answer(LONG))
    const { body } = await client.request({ origin })
    let length = 0
    const taking = body.forEach(((octets: Uint8Array) => {
      length += octets.length
      return take()
    }) as () => void)
    await taking
    expect(length).toBe(300_000)
    expect(client.connectionCount).toBe(1)
  })

  test('that is none is refused, and the body can still be read', async () => {
    const { client, origin } = await rig(answer(LONG))
    const { body } = await client.request({ origin })
    expect(await codeOf(body.forEach(undefined as unknown as () => void))).toBe('ERR_OPTION')
    expect(await body.bytes()).toHaveLength(300_000)
  })

  const CALLS: readonly (readonly [string, (body: ResponseBody) => unknown, string])[] = [
    ['cancels the body', (body) => body.cancel(), 'ERR_CANCELLED'],
    ['reads it by another way', (body) => codeOf(body.bytes()), 'fulfilled'],
    ['asks for the trailers', (body) => body.trailers(), 'waits'],
  ]
  test.each(CALLS)('may be one that %s', async (_what, call, code) => {
    const { client, origin } = await rig(answer(LONG))
    const controller = new AbortController()
    const { body } = await client.request({ origin, signal: controller.signal })
    let pieces = 0
    const taking = codeOf(
      body.forEach((octets) => {
        pieces++
        return octets.length === 0 ? undefined : (call(body) as Promise<void>)
      }),
    )
    if (code === 'waits') {
      // For what comes when it has stopped waiting: only the signal ends that.
      await until(() => pieces === 1)
      controller.abort(Object.assign(new Error(), { code: 'ENOUGH' }))
      expect(await taking).toBe('ENOUGH')
    } else {
      expect(await taking).toBe(code)
    }
  })
})

describe('a body that is sent', () => {
  const ENDS: readonly (readonly [string, object])[] = [
    ['throws', { return: fail }],
    ['rejects', { return: () => Promise.reject(new Error('theirs')) }],
    ['rejects with nothing', { return: () => Promise.reject(NAMELESS) }],
    ['never settles', { return: () => new Promise(() => {}) }],
    ['is no function', { return: 7 }],
    [
      'cannot be looked at',
      {
        get return() {
          return fail()
        },
      },
    ],
    ['gives something else', { return: () => 7 }],
    ['is missing', {}],
  ]
  describe.each(ENDS)('by an iterator whose return %s', (_how, end) => {
    // A body of which one piece comes, and then none.
    function hanging(): RequestOptions['body'] {
      let first = true
      const next = (): Promise<IteratorResult<string>> => {
        const piece = first
        first = false
        return piece ? Promise.resolve({ done: false, value: 'some' }) : new Promise(() => {})
      }
      // Not by spreading: the getter is to fail when it is asked for.
      const iterator = Object.defineProperties({ next }, Object.getOwnPropertyDescriptors(end))
      return { [Symbol.asyncIterator]: () => iterator }
    }

    test('is let go of by an abort', async () => {
      const { client, origin, server } = await rig()
      const controller = new AbortController()
      const asked = client.request({
        origin,
        method: 'POST',
        body: hanging(),
        signal: controller.signal,
      })
      const connection = await server.connection(0)
      await connection.until(() => connection.received.endsWith('some\r\n'))
      controller.abort(Object.assign(new Error(), { code: 'ENOUGH' }))
      expect(await codeOf(asked)).toBe('ENOUGH')
      await client.close()
    })

    test('is let go of by an early refusal (RFC 9112 §9.5)', async () => {
      const { client, origin } = await rig(answer(response('no').replace('200', '413')))
      const { statusLine, body } = await client.request({ origin, method: 'POST', body: hanging() })
      expect(statusLine.statusCode).toBe(413)
      expect(await body.text()).toBe('no')
      await client.close()
    })
  })

  const PIECES: readonly (readonly [string, () => unknown])[] = [
    ['throws', fail],
    ['rejects', () => Promise.reject(new Error('theirs'))],
    ['rejects with what has no name', () => Promise.reject(NAMELESS)],
    ['gives nothing', () => undefined],
    ['gives a number', () => ({ done: false, value: 7 })],
    ['gives null', () => ({ done: false, value: null })],
  ]
  test.each(PIECES)('by an iterator whose next %s fails its request only', async (_how, next) => {
    const { client, origin } = await rig(answer(response('ok')))
    const body = { [Symbol.asyncIterator]: () => ({ next }) } as RequestOptions['body']
    expect(await codeOf(client.request({ origin, method: 'POST', body }))).not.toBe('fulfilled')
    expect(await (await client.request({ origin })).body.text()).toBe('ok')
  })

  test.each([
    ['throws', fail],
    ['rejects', () => Promise.reject(new Error('theirs'))],
  ])('with trailers whose function %s fails its request only', async (_how, trailers) => {
    const { client, origin } = await rig()
    const asked = client.request({ origin, method: 'POST', body: ['some'], trailers })
    await expect(asked).rejects.toThrow('theirs')
    await client.close()
  })

  test('with trailers that never come is let go of by an abort', async () => {
    const { client, origin, server } = await rig()
    const controller = new AbortController()
    const trailers = (): Promise<Headers> => new Promise(() => {})
    const { signal } = controller
    const asked = client.request({ origin, method: 'POST', body: ['some'], trailers, signal })
    const connection = await server.connection(0)
    await connection.until(() => connection.received.endsWith('some\r\n'))
    controller.abort(Object.assign(new Error(), { code: 'ENOUGH' }))
    expect(await codeOf(asked)).toBe('ENOUGH')
    await client.close()
  })

  test('is not begun when the signal is aborted already', async () => {
    const { client, origin } = await rig()
    let begun = false
    async function* body() {
      begun = true
      yield 'some'
      await turn()
    }
    const signal = AbortSignal.abort(NAMELESS)
    const asked = client.request({ origin, method: 'POST', body: body(), signal })
    await expect(asked).rejects.toThrow('Thrown: a value')
    expect(begun).toBe(false)
    expect(client.connectionCount).toBe(0)
  })
})

describe('what else the caller gives', () => {
  test.each([
    ['throws', fail],
    ['throws what has no name', () => throwing(NAMELESS)],
  ])('an onInformational that %s fails its request only', async (_how, onInformational) => {
    const hint = 'HTTP/1.1 103 Early Hints\r\n\r\n'
    const { client, origin } = await rig(answer(`${hint}${response('ok')}`))
    expect(await codeOf(client.request({ origin, onInformational }))).not.toBe('fulfilled')
    expect(await (await client.request({ origin })).body.text()).toBe('ok')
  })

  test.each([
    ['throws', fail],
    ['rejects', () => Promise.reject(new Error('theirs'))],
  ])('a trace that %s disturbs no request, and is told of once', async (_how, call) => {
    const trace = (): void => Reflect.apply(call, undefined, []) as never
    const warnings: unknown[] = []
    const emit = vi.spyOn(process, 'emitWarning').mockImplementation((warning) => {
      warnings.push(warning)
    })
    try {
      const { client, origin } = await rig(answer(response('ok')), { trace })
      expect(await (await client.request({ origin })).body.text()).toBe('ok')
      expect(await (await client.request({ origin })).body.text()).toBe('ok')
      expect(warnings).toEqual(['The trace of a client failed: theirs'])
    } finally {
      emit.mockRestore()
    }
  })

  test('a signal that cannot be listened to fails its request only', async () => {
    const { client, origin } = await rig(answer(response('ok')))
    const signal = { aborted: false, reason: 0, addEventListener: fail, removeEventListener: fail }
    await expect(client.request({ origin, signal })).rejects.toThrow('theirs')
    expect(await (await client.request({ origin })).body.text()).toBe('ok')
  })

  test('the reason of a signal may be an error of another realm, and is given as it is', async () => {
    const { client, origin } = await rig()
    const reason: unknown = runInContext('new TypeError("far away")', createContext())
    const asked = client.request({ origin, signal: AbortSignal.abort(reason) })
    expect(await asked.catch((error: unknown) => error)).toBe(reason)
  })

  test('the reason of a signal that is no error is the cause of one', async () => {
    const { client, origin } = await rig()
    const asked = client.request({ origin, signal: AbortSignal.abort(NAMELESS) })
    await expect(asked).rejects.toHaveProperty('cause', NAMELESS)
  })
})

function throwing(value: unknown): never {
  throw value
}

/** A promise of another maker, whose `then` is this property. */
function thenable(property: PropertyDescriptor): Promise<void> {
  return Object.defineProperties({}, Object.fromEntries([[THEN, property]])) as Promise<void>
}
