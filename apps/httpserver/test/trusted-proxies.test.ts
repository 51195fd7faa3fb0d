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
    ['unix', '', true],
    ['unix', '127.0.0.1', false],
    ['unix,loopback', '127.0.0.1', true],
  ])('of %s: is %j one? %s', (text, address, trusted) => {
    expect(readTrustedProxies(text)(address)).toBe(trusted)
  })

  test('are none unless somebody says so', () => {
    for (const address of ['127.0.0.1', '::1', '10.0.0.1', '']) {
      expect(TRUST_NOBODY(address)).toBe(false)
    }
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
