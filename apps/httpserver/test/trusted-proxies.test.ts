import { describe, expect, test } from 'vitest'
import { readTrustedProxies, TRUST_NOBODY } from '../src/trusted-proxies.ts'

describe('trusted proxies', () => {
  test.each([
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', '::FFFF:11.1.2.3', false],
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.1', '192.0.2.2', false],
    ['fd00::/8', 'fd12::1', true],
    ['fd00::/8', 'fe80::1', false],
    ['2001:db8::1', '2001:db8::1', true],
    ['0.0.0.0/0', '198.51.100.7', true],
    ['0.0.0.0/0', '::1', false],
    ['10.0.0.0/8, 192.0.2.0/24', '192.0.2.9', true],
    ['loopback', '127.8.9.1', true],
    ['loopback', '::1', true],
    ['loopback', '128.0.0.1', false],
    ['loopback', '', false],
    ['unix', '127.0.0.1', false],
    ['unix,loopback', '127.0.0.1', true],
    // An address that is not known is not that of a unix socket.
    ['unix', '', false],
    ['0.0.0.0/0', '', false],
  ])('of %s: is %j by TCP one? %s', (text, remoteAddress, trusted) => {
    expect(readTrustedProxies(text)({ remoteAddress, transport: 'tcp' })).toBe(trusted)
  })

  test.each([
    ['unix', true],
    ['loopback', false],
    ['loopback, unix', true],
    ['0.0.0.0/0', false],
  ])('of %s: is a peer by unix socket one? %s', (text, trusted) => {
    expect(readTrustedProxies(text)({ remoteAddress: '', transport: 'unix' })).toBe(trusted)
  })

  test('are none unless somebody says so', () => {
    for (const remoteAddress of ['127.0.0.1', '::1', '10.0.0.1']) {
      expect(TRUST_NOBODY({ remoteAddress, transport: 'tcp' })).toBe(false)
    }
    expect(TRUST_NOBODY({ remoteAddress: '', transport: 'unix' })).toBe(false)
  })

  test.each([
    '',
    '10.0.0.0/33',
    '::/129',
    '10.0.0/8',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    'proxy',
    '1.2.3.4,',
  ])('are not named by %j', (text) => {
    expect(() => readTrustedProxies(text)).toThrow('Expected addresses or blocks')
  })
})
