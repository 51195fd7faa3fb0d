import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Random } from '../src/random.ts'
import { composeChunks, composeHead, composeRequest } from '../src/request.ts'

describe('composeRequest', () => {
  test.each([
    {
      title: 'a request without a body (§6.3 of RFC 9112)',
      octets: composeRequest({ method: 'GET', target: '/a?b' }),
      text: 'GET /a?b HTTP/1.1\r\nHost: localhost\r\n\r\n',
    },
    {
      title: 'a body with its length (§6.2 of RFC 9112)',
      octets: composeRequest({ method: 'POST', target: '/', body: Buffer.from('hi') }),
      text: 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nhi',
    },
    {
      title: 'fields, and the version it is told',
      octets: composeHead({ method: 'GET', target: '/', httpVersion: '1.0', fields: [['A', 'b']] }),
      text: 'GET / HTTP/1.0\r\nHost: localhost\r\nA: b\r\n\r\n',
    },
  ])('writes $title', ({ octets, text }) => {
    expect(octets.toString('latin1')).toBe(text)
  })
})

describe('composeChunks', () => {
  test('writes an empty body as the last chunk alone (§7.1 of RFC 9112)', () => {
    const octets = composeChunks(Buffer.alloc(0), [['A', 'b']], new Random(1))
    expect(octets.toString('latin1')).toBe('0\r\nA: b\r\n\r\n')
  })

  test('writes chunks that hold the body between them (§7.1 of RFC 9112)', () => {
    const bodies = fc.uint8Array({ minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(bodies, fc.integer(), (array, seed) => {
        const body = Buffer.from(array)
        let rest = composeChunks(body, [], new Random(seed)).toString('latin1')
        let content = ''
        while (!rest.startsWith('0\r\n')) {
          const line = /^([0-9a-fA-F]+)(;[a-z]{4}="[a-z]{6}")?\r\n/.exec(rest)
          expect(line).not.toBeNull()
          const start = line?.[0].length ?? 0
          const end = start + Number.parseInt(line?.[1] ?? '', 16)
          content += rest.slice(start, end)
          expect(rest.slice(end, end + 2)).toBe('\r\n')
          rest = rest.slice(end + 2)
        }
        expect(rest).toBe('0\r\n\r\n')
        expect(content).toBe(body.toString('latin1'))
      }),
    )
  })
})
