import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { absoluteAuthority, isHost, isPlainHost, targetFault } from '../src/index.ts'

describe('RFC 9112 §3.2: the request target', () => {
  test.each([
    ['GET', '/'],
    ['GET', '//a'],
    ['OPTIONS', '*'],
    ['GET', 'http://a.test'],
    ['GET', 'coap+tcp://a.test:1?b'],
    ['CONNECT', 'a.test:65535'],
    ['CONNECT', '[::1]:1'],
  ])('%s has the form of %s (RFC 9112 §3.2)', (method, target) => {
    expect(targetFault(method, target)).toBeUndefined()
  })

  test.each([
    ['GET', '*', '("*" is for OPTIONS only)'],
    ['GET', 'a', 'a path that starts with "/"'],
    ['GET', 'http:///', 'a path that starts with "/"'],
    ['GET', 'http://a@b/', 'a path that starts with "/"'],
    ['GET', 'http://:1/', 'a path that starts with "/"'],
    ['CONNECT', 'a.test', 'host and port'],
    ['CONNECT', 'a.test:0', 'host and port'],
    ['CONNECT', 'a.test:65536', 'host and port'],
    ['CONNECT', 'a@b:1', 'host and port'],
    ['CONNECT', '/', 'host and port'],
  ])('%s has not the form of %s (RFC 9112 §3.2)', (method, target, expected) => {
    expect(targetFault(method, target)).toContain(expected)
  })

  test('names its authority in absolute-form only (RFC 9112 §3.2.2)', () => {
    expect(absoluteAuthority('http://a.test:8/b')).toBe('a.test:8')
    expect(absoluteAuthority('/http://a.test')).toBe('')
  })
})

const plain = (host: string): boolean => {
  const octets = new TextEncoder().encode(`:${host}:80`)
  return isPlainHost(octets, 1, octets.length - 3)
}

describe('RFC 9110 §7.2: Host', () => {
  test.each([
    '',
    'a',
    'a.test:80',
    'a:',
    ':80',
    '%41',
    "!$&'()*+,;=_~-",
    '127.0.0.1',
    '[::]',
    '[1:2:3:4:5:6:7:8]',
    '[1::8]:443',
    '[::ffff:1.2.3.4]',
    '[1:2:3:4:5:6:255.0.0.1]',
    '[v1.a:b]',
  ])('may be %j (RFC 3986 §3.2.2)', (host) => {
    expect(isHost(host)).toBe(true)
    expect(plain(host)).toBe(!/[%[]/.test(host))
  })

  test.each([
    'a b',
    'a@b',
    'a/b',
    'a:b',
    'a:8:0',
    '%4',
    '%zz',
    '[',
    '[]',
    '[::1',
    '[::1]a',
    '[::1]:a',
    '[1:2:3:4:5:6:7]',
    '[1::2::3]',
    '[1:2:3:4:5:6:7::8]',
    '[12345::]',
    '[::1.2.3]',
    '[::256.1.1.1]',
    '[1.2.3.4::]',
    '[v1.]',
  ])('may not be %j (RFC 3986 §3.2.2)', (host) => {
    expect(isHost(host)).toBe(false)
    expect(plain(host)).toBe(false)
  })

  test('that is plain as octets is one as text (RFC 3986 §3.2.2)', () => {
    const character = fc.constantFrom(...'a Z 0 9 - . _ ~ ! % : [ ] @ / \x7f \x80'.split(' '), ' ')
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 8 }), (host) => {
        const octets = Uint8Array.from(host, (one) => one.charCodeAt(0))
        if (isPlainHost(octets, 0, octets.length)) expect(isHost(host)).toBe(true)
        else if (!/[%[]/.test(host)) expect(isHost(host)).toBe(false)
      }),
      { numRuns: 1000 },
    )
  })
})
