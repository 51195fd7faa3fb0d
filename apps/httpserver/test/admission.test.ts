import { describe, expect, test } from 'vitest'
import { Admission } from '../src/admission.ts'
import type { Place } from '../src/admission.ts'

/** A client that stays. */
const NEVER = {
  aborted: false,
  reason: undefined,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
}

function admission(total: number, perClient: number, waitMs = 3_600_000): Admission {
  return new Admission({ total, perClient, waiting: 16, waitMs })
}

async function now(place: Place | Promise<Place>): Promise<Place | 'waiting'> {
  return Promise.race([place, Promise.resolve('waiting' as const).then((text) => text)])
}

describe('a place', () => {
  test('is there at once up to the bound of a client, and then when one of its own is released', async () => {
    const places = admission(10, 2)
    const first = await places.enter('a', NEVER)
    await places.enter('a', NEVER)
    const third = places.enter('a', NEVER)
    const other = await now(places.enter('b', NEVER))
    expect(await now(third)).toBe('waiting')
    expect(other).not.toBe('waiting')
    if (other !== 'waiting') other.release()
    expect(await now(third)).toBe('waiting')
    first.release()
    expect(await third).toHaveProperty('release')
  })

  test('is released once, however often that is said', async () => {
    const places = admission(1, 1)
    const first = await places.enter('a', NEVER)
    const second = places.enter('a', NEVER)
    const third = places.enter('a', NEVER)
    first.release()
    first.release()
    await second
    expect(await now(third)).toBe('waiting')
  })

  test('goes to clients in turn when all are taken', async () => {
    const places = admission(2, 2)
    const taken = [await places.enter('a', NEVER), await places.enter('a', NEVER)]
    const order: string[] = []
    const use = async (place: Place | Promise<Place>, client: string): Promise<void> => {
      const { release } = await place
      order.push(client)
      release()
    }
    for (const client of ['a', 'a', 'b', 'b', 'c']) {
      void use(places.enter(client, NEVER), client)
    }
    taken[0]?.release()
    await expect.poll(() => order).toHaveLength(5)
    expect(order.slice(0, 3).toSorted()).toEqual(['a', 'b', 'c'])
  })

  test('that nobody holds or wants leaves no memory of its client', async () => {
    const places = admission(1, 1, 20)
    const place = await places.enter('a', NEVER)
    await expect(places.enter('b', NEVER)).rejects.toThrow()
    place.release()
    expect(places.clientCount).toBe(0)
  })

  test.each([
    ['2001:db8:1:2:3:4:5:6', '2001:DB8:1:2::'],
    ['2001:db8::1', '2001:db8:0:0:ffff::%eth0'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::1', '::2'],
    ['1::', '1:0:0::5'],
  ])('is counted for %s and %s together (RFC 6177 §2)', async (one, other) => {
    const places = admission(2, 1)
    await places.enter(one, NEVER)
    expect(await now(places.enter(other, NEVER))).toBe('waiting')
  })

  test.each([
    ['2001:db8:1:2::', '2001:db8:1:3::'],
    ['192.0.2.1', '192.0.2.2'],
    ['', 'unknown'],
    ['not:an:address', 'not:an'],
  ])('is counted for %s and %s apart', async (one, other) => {
    const places = admission(2, 1)
    await places.enter(one, NEVER)
    expect(await now(places.enter(other, NEVER))).not.toBe('waiting')
  })
})

describe('waiting', () => {
  test('ends with 429 for a client that has its share', async () => {
    const places = admission(2, 1, 20)
    await places.enter('a', NEVER)
    await expect(places.enter('a', NEVER)).rejects.toMatchObject({
      status: 429,
      message: 'You have 1 requests in progress here: wait for some to end.',
    })
  })

  test('ends with 503 when others have everything', async () => {
    const places = admission(1, 1, 20)
    await places.enter('a', NEVER)
    await expect(places.enter('b', NEVER)).rejects.toMatchObject({ status: 503 })
  })

  test('is bounded for each client', async () => {
    const places = admission(1, 1)
    const place = await places.enter('a', NEVER)
    const waiting = Array.from({ length: 16 }, () => places.enter('b', NEVER))
    expect(() => places.enter('b', NEVER)).toThrow(expect.objectContaining({ status: 503 }))
    expect(await now(places.enter('c', NEVER))).toBe('waiting')
    place.release()
    expect(await waiting[0]).toHaveProperty('release')
  })

  test('ends with the client, and the next one is not kept from its place', async () => {
    const places = admission(1, 1)
    const place = await places.enter('a', NEVER)
    const leaving = new AbortController()
    const gone = places.enter('a', leaving.signal)
    const next = places.enter('a', NEVER)
    leaving.abort(new Error('left'))
    await expect(gone).rejects.toThrow('left')
    place.release()
    expect(await next).toHaveProperty('release')
  })
})
