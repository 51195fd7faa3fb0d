import { describe, expect, test } from 'vitest'
import { describeAddress, describeNetworkFailure } from '../src/index.ts'

describe('an address', () => {
  test.each([
    ['localhost', 'localhost:80'],
    ['127.0.0.1', '127.0.0.1:80'],
    ['::1', '[::1]:80'],
    ['fe80::1%eth0', '[fe80::1%25eth0]:80'],
  ])('%s is written as %s (RFC 3986 §3.2.2, RFC 6874 §2)', (host, text) => {
    expect(describeAddress(host, 80)).toBe(text)
  })
})

describe('a failure of the network', () => {
  test.each([
    [{ address: '::1', port: 80 }, 'listen EADDRINUSE: address already in use ::1:80', '[::1]:80'],
    [{ address: '127.0.0.1', port: 80 }, 'connect ECONNREFUSED 127.0.0.1:80', '127.0.0.1:80'],
    [
      { address: '/run/a.sock' },
      'listen EADDRINUSE: address already in use /run/a.sock',
      '/a.sock',
    ],
    [{}, 'getaddrinfo ENOTFOUND nowhere', 'nowhere'],
  ])('%o has its address as in a URL', (properties, message, end) => {
    const described = describeNetworkFailure(Object.assign(new Error(message), properties))
    expect(described.endsWith(end)).toBe(true)
    expect(described.slice(0, 9)).toBe(message.slice(0, 9))
  })
})
