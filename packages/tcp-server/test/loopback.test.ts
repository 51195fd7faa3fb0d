import { describe, expect, test } from 'vitest'
import { TransportError } from '../src/index.ts'
import { openLoopback } from '../src/loopback.ts'

interface Attempt {
  readonly host: string
  readonly port: number
  closed: boolean
}

// Opens until `refusals` says otherwise: a code of the system for each attempt, or undefined.
function opener(refusals: readonly (string | undefined)[]): {
  attempts: Attempt[]
  open: (host: string, port: number) => Promise<{ port: number; close: () => void }>
} {
  const attempts: Attempt[] = []
  return {
    attempts,
    open: async (host, port) => {
      const refusal = refusals[attempts.length]
      const attempt = { host, port: port === 0 ? 5000 + attempts.length : port, closed: false }
      attempts.push(attempt)
      if (refusal !== undefined) {
        const cause = Object.assign(new Error(refusal), { code: refusal })
        throw new TransportError('ERR_LISTEN', 'Cannot listen', cause)
      }
      return {
        port: attempt.port,
        close: () => {
          attempt.closed = true
        },
      }
    },
  }
}

describe('both loopback addresses', () => {
  test('get the same port', async () => {
    const { attempts, open } = opener([])
    expect(await openLoopback(0, open)).toHaveLength(2)
    expect(attempts.map(({ host, port }) => `${host} ${port}`)).toEqual([
      '127.0.0.1 5000',
      '::1 5000',
    ])
  })

  test('try another port when one of them has it not free', async () => {
    const { attempts, open } = opener([undefined, 'EADDRINUSE', undefined, 'EADDRINUSE'])
    expect(await openLoopback(0, open)).toHaveLength(2)
    expect(attempts.map(({ closed }) => closed)).toEqual([true, false, true, false, false, false])
  })

  test('give up when no port is free at both', async () => {
    const { attempts, open } = opener(
      Array.from({ length: 100 }, (_, i) => (i % 2 === 1 ? 'EADDRINUSE' : undefined)),
    )
    await expect(openLoopback(0, open)).rejects.toMatchObject({ code: 'ERR_LISTEN' })
    expect(attempts).toHaveLength(16)
  })

  test('take no other port than the one that was asked for', async () => {
    const { attempts, open } = opener([undefined, 'EADDRINUSE'])
    await expect(openLoopback(80, open)).rejects.toMatchObject({ code: 'ERR_LISTEN' })
    expect(attempts[0]?.closed).toBe(true)
  })

  test.each(['EADDRNOTAVAIL', 'EAFNOSUPPORT'])(
    'are one on a machine without IPv6 (%s)',
    async (code) => {
      expect(await openLoopback(80, opener([undefined, code]).open)).toHaveLength(1)
    },
  )

  test('need the first', async () => {
    await expect(openLoopback(80, opener(['EACCES']).open)).rejects.toMatchObject({
      cause: { code: 'EACCES' },
    })
  })

  test('pass other errors on', async () => {
    const open = async (host: string): Promise<{ port: number; close: () => void }> => {
      if (host === '::1') throw new TypeError('no error of the system')
      return { port: 1, close: () => {} }
    }
    await expect(openLoopback(0, open)).rejects.toBeInstanceOf(TypeError)
  })
})
