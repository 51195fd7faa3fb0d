import { Headers } from '@rawhttp/headers'
import type { IncomingRequest } from '@rawhttp/tcp-server'
import { describe, expect, test } from 'vitest'
import { requestFields } from '../src/forwarding.ts'

interface Told {
  readonly fields?: readonly (readonly [string, string])[]
  readonly remoteAddress?: string
  readonly secure?: boolean
  readonly authority?: string
  readonly trusted?: boolean
}

/** What the upstream is told of a request: `Name: value`, in order. */
function told({
  fields = [],
  remoteAddress = '192.0.2.1',
  secure = false,
  authority = 'client.test',
  trusted = false,
}: Told): string[] {
  const request: Partial<IncomingRequest> = {
    requestLine: { method: 'GET', requestTarget: '/', httpVersion: '1.1' },
    authority,
    headers: new Headers(fields),
    framing: { kind: 'none' },
    remoteAddress,
    secure,
  }
  // Of a request these are the parts that are looked at.
  const lines = requestFields(request as IncomingRequest, trusted).lines()
  return [...lines].map(([name, value]) => `${name}: ${value}`)
}

const CLAIMS = [
  ['X-Forwarded-For', '198.51.100.1'],
  ['X-Forwarded-Proto', 'https'],
  ['X-Forwarded-Host', 'claimed.test'],
  ['Forwarded', 'for=198.51.100.1;proto=https'],
  ['Forwarded', 'for=198.51.100.2'],
] as const

describe('who a request is from', () => {
  test('is its peer, whatever the client claims (RFC 7239 §8.1)', () => {
    expect(told({ fields: CLAIMS })).toEqual([
      'X-Forwarded-For: 192.0.2.1',
      'X-Forwarded-Proto: http',
      'X-Forwarded-Host: client.test',
      'Forwarded: for=192.0.2.1;proto=http;host=client.test',
      'Via: 1.1 rawhttp',
    ])
  })

  test('is what a trusted peer says, with that peer at the end (RFC 7239 §4)', () => {
    expect(told({ fields: CLAIMS, trusted: true })).toEqual([
      'X-Forwarded-For: 198.51.100.1, 192.0.2.1',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Host: claimed.test',
      'Forwarded: for=198.51.100.1;proto=https, for=198.51.100.2, for=192.0.2.1;proto=http;host=client.test',
      'Via: 1.1 rawhttp',
    ])
  })

  test('is the trusted peer itself when that says nothing', () => {
    expect(told({ trusted: true, secure: true })).toEqual([
      'X-Forwarded-For: 192.0.2.1',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Host: client.test',
      'Forwarded: for=192.0.2.1;proto=https;host=client.test',
      'Via: 1.1 rawhttp',
    ])
  })

  test.each([
    ['an IPv6 address in brackets and quotes', '2001:db8::7', 'for="[2001:db8::7]"'],
    ['one of a link without its zone', 'fe80::1%eth0', 'for="[fe80::1]"'],
    ['one that has no address as unknown', '', 'for=unknown'],
  ])('is written for %s (RFC 7239 §6)', (_title, remoteAddress, node) => {
    expect(told({ remoteAddress })).toContain(`Forwarded: ${node};proto=http;host=client.test`)
  })

  test.each([
    ['an IPv4 address of a socket for both families', '::ffff:192.0.2.9', '192.0.2.9'],
    ['one of a link without its zone', 'fe80::1%eth0', 'fe80::1'],
  ])('is in X-Forwarded-For as the plain address: %s', (_title, remoteAddress, address) => {
    expect(told({ remoteAddress })).toContain(`X-Forwarded-For: ${address}`)
  })

  test('is told by no other field that begins with X-Forwarded, but by those of trusted peers', () => {
    const fields = [
      ['X-Forwarded-Port', '443'],
      ['X_Forwarded-Prefix', '/admin'],
      ['x-forwarded-ssl', 'on'],
    ] as const
    const lines = fields.map(([name, value]) => `${name}: ${value}`)
    expect(told({ fields }).filter((line) => lines.includes(line))).toEqual([])
    expect(told({ fields, trusted: true })).toEqual(expect.arrayContaining(lines))
  })

  test.each(['for="', 'for="a\\"', 'for=x;by="a", host="\\'])(
    'is not swallowed by quotes that are open in what a trusted peer says: %s (RFC 7239 §4)',
    (claim) => {
      expect(told({ fields: [['Forwarded', claim]], trusted: true })).toContain(
        'Forwarded: for=192.0.2.1;proto=http;host=client.test',
      )
    },
  )

  test('is what a trusted peer says in whole quotes (RFC 7239 §4)', () => {
    const claim = 'for="[2001:db8::1]:\\"x,y\\"";proto=https'
    expect(told({ fields: [['Forwarded', claim]], trusted: true })).toContain(
      `Forwarded: ${claim}, for=192.0.2.1;proto=http;host=client.test`,
    )
  })

  test('is not in X-Forwarded-For when the peer has no address', () => {
    expect(told({ remoteAddress: '' }).join()).not.toContain('X-Forwarded-For')
  })

  test('names the authority that the request is for, quoted where it must be (RFC 7239 §4)', () => {
    expect(told({ authority: 'a:80' })).toContain('Forwarded: for=192.0.2.1;proto=http;host="a:80"')
    expect(told({ authority: '' }).slice(1)).toEqual([
      'X-Forwarded-Proto: http',
      'Forwarded: for=192.0.2.1;proto=http',
      'Via: 1.1 rawhttp',
    ])
  })

  test('is not told by another spelling that the upstream may take for the same', () => {
    const fields = [
      ['X_Forwarded_For', '198.51.100.1'],
      ['x-real_ip', '198.51.100.1'],
      ['Transfer_Encoding', 'chunked'],
      ['X_Own', 'kept'],
    ] as const
    expect(told({ fields })[0]).toBe('X_Own: kept')
    expect(told({ fields }).join()).not.toMatch(/198|chunked/)
  })
})
