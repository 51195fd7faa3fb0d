import { Headers } from '@rawhttp/headers'
import type { IncomingRequest } from '@rawhttp/tcp-server'
import { describe, expect, test } from 'vitest'
import { clientAddress } from '../src/forwarded.ts'
import { requestFields } from '../src/forwarding.ts'
import { readTrustedProxies, TRUST_NOBODY } from '../src/trusted-proxies.ts'

const TRUSTED = readTrustedProxies('192.0.2.0/24,2001:db8:a::/48')

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
  const trusts = trusted ? TRUSTED : TRUST_NOBODY
  const lines = requestFields(request as IncomingRequest, trusts, 'rawhttp').lines()
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
      // Two addresses are not one: X-Forwarded-For is believed.
      'Forwarded: for=198.51.100.1;proto=https;host=claimed.test, for=192.0.2.1;proto=http;host=client.test',
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

describe('what one kind of field says', () => {
  const HERE = 'for=192.0.2.1;proto=http;host=client.test'
  const XFF = 'X-Forwarded-For'

  test.each<[string, [string, string][], string, string]>([
    [
      'of X-Forwarded-For, -Proto and -Host',
      [
        [XFF, '198.51.100.7, 192.0.2.9'],
        ['X-Forwarded-Proto', 'https'],
        ['X-Forwarded-Host', 'shop.test:8443'],
      ],
      'for=198.51.100.7;proto=https;host="shop.test:8443", for=192.0.2.9',
      '198.51.100.7, 192.0.2.9',
    ],
    [
      'of the client, who is not the first that is named',
      [
        [XFF, '127.0.0.1, 198.51.100.7'],
        ['X-Forwarded-Proto', 'https'],
      ],
      'for=127.0.0.1, for=198.51.100.7;proto=https',
      '127.0.0.1, 198.51.100.7',
    ],
    [
      'in several lines',
      [
        [XFF, '198.51.100.7'],
        [XFF, '2001:DB8::1'],
      ],
      'for=198.51.100.7, for="[2001:db8::1]"',
      '198.51.100.7, 2001:db8::1',
    ],
    [
      'with ports and brackets',
      [[XFF, '198.51.100.7:4711,[2001:db8::1]:80, [2001:db8::2]']],
      'for=198.51.100.7, for="[2001:db8::1]", for="[2001:db8::2]"',
      '198.51.100.7, 2001:db8::1, 2001:db8::2',
    ],
    [
      'as garbage, whose places stay',
      [[XFF, '<b>, for=1.2.3.4 , _hidden, 1.2.3.4.5, "x, 198.51.100.7']],
      'for=unknown, for=unknown, for=unknown, for=unknown, for=unknown, for=198.51.100.7',
      'unknown, unknown, unknown, unknown, unknown, 198.51.100.7',
    ],
    ['as nothing', [[XFF, ', ,,']], '', ''],
    ['of the scheme alone', [['X-Forwarded-Proto', 'https']], 'for=unknown;proto=https', ''],
    [
      'with a scheme and a host that are none',
      [
        [XFF, '198.51.100.7'],
        ['X-Forwarded-Proto', 'https, http'],
        ['X-Forwarded-Host', 'a", for="b'],
      ],
      'for=198.51.100.7',
      '198.51.100.7',
    ],
    [
      'of Forwarded',
      [['Forwarded', 'For="[2001:db8::1]:47";by=_x;PROTO=https;host="a.test" , for=192.0.2.9']],
      'For="[2001:db8::1]:47";by=_x;PROTO=https;host="a.test" , for=192.0.2.9',
      '2001:db8::1, 192.0.2.9',
    ],
    [
      'of hidden nodes',
      [['Forwarded', 'for=_secret, for=unknown;proto=http, for="_p:_q"']],
      'for=_secret, for=unknown;proto=http, for="_p:_q"',
      'unknown, unknown, unknown',
    ],
    [
      'in several lines of Forwarded',
      [
        ['Forwarded', 'for=198.51.100.7;proto=https'],
        ['Forwarded', ';by=x; for=[2001:db8::1] ;'],
      ],
      'for=198.51.100.7;proto=https, ;by=x; for=[2001:db8::1] ;',
      '198.51.100.7, 2001:db8::1',
    ],
    ['twice in one element', [['Forwarded', 'for=1.2.3.4;for=5.6.7.8']], '', ''],
    ['without a value', [['Forwarded', 'for=1.2.3.4, proto=']], '', ''],
    ['in another grammar', [['Forwarded', '{"for":"1.2.3.4"}']], '', ''],
    ['in Forwarded as nothing', [['Forwarded', ', ,']], '', ''],
    [
      'and the other says too',
      [
        [XFF, '198.51.100.7'],
        ['X-Forwarded-Proto', 'https'],
        ['Forwarded', 'for="198.51.100.7:80";proto=https;by=_lb'],
      ],
      'for="198.51.100.7:80";proto=https;by=_lb',
      '198.51.100.7',
    ],
    [
      'and the other denies',
      [
        [XFF, '198.51.100.7'],
        ['Forwarded', 'for=127.0.0.1'],
      ],
      'for=198.51.100.7',
      '198.51.100.7',
    ],
    [
      'and the other denies for the scheme',
      [
        [XFF, '198.51.100.7'],
        ['X-Forwarded-Proto', 'http'],
        ['Forwarded', 'for=198.51.100.7;proto=https'],
      ],
      'for=198.51.100.7;proto=http',
      '198.51.100.7',
    ],
  ])('%s is said by the other too (RFC 7239 §7.4)', (_title, fields, forwarded, addresses) => {
    const lines = told({ fields, trusted: true })
    expect(lines).toContain(`Forwarded: ${forwarded === '' ? '' : `${forwarded}, `}${HERE}`)
    expect(lines).toContain(`${XFF}: ${addresses === '' ? '' : `${addresses}, `}192.0.2.1`)
  })

  test('is the scheme and host of the client in the other too (RFC 7239 §7.4)', () => {
    const fields = [
      ['Forwarded', 'for=6.6.6.6;proto=http;host=forged, for=8.8.8.8;proto=https;host=a'],
    ]
    const lines = told({ fields: fields as [string, string][], trusted: true })
    expect(lines).toContain('X-Forwarded-Proto: https')
    expect(lines).toContain('X-Forwarded-Host: a')
  })
})

describe('the client of a request', () => {
  const TRUSTING = readTrustedProxies('10.0.0.0/8,loopback,unix,2001:db8:a::/48')

  test.each<[string, string, string[], string]>([
    ['the peer when it is a stranger', '198.51.100.1', ['8.8.8.8'], '198.51.100.1'],
    ['the peer when it says nothing', '10.0.0.1', [], '10.0.0.1'],
    ['whom a trusted peer names', '10.0.0.1', ['8.8.8.8'], '8.8.8.8'],
    [
      'the last stranger, whatever stands before',
      '::1',
      ['127.0.0.1, 8.8.8.8, 10.0.0.2'],
      '8.8.8.8',
    ],
    ['one of a mapped address', '10.0.0.1', ['8.8.8.8, ::ffff:10.0.0.9'], '8.8.8.8'],
    ['one behind IPv6', '10.0.0.1', ['[2001:DB8::1]:80', '[2001:db8:a::1]:443'], '2001:db8::1'],
    ['the first when all are trusted', '10.0.0.1', ['10.0.0.3, 10.0.0.2'], '10.0.0.3'],
    ['unknown where a name ends the chain', '10.0.0.1', ['8.8.8.8, _hidden, 10.0.0.2'], 'unknown'],
    ['unknown for what is no address', '10.0.0.1', ['<img src=x>'], 'unknown'],
    ['the one behind a unix socket', '', ['8.8.8.8'], '8.8.8.8'],
  ])('is %s', (_title, remoteAddress, lines, client) => {
    const transport = remoteAddress === '' ? 'unix' : 'tcp'
    const peer = { remoteAddress, transport } as const
    const xff = new Headers(lines.map((line) => ['X-Forwarded-For', line] as const))
    expect(clientAddress({ ...peer, headers: xff }, TRUSTING)).toBe(client)
    const elements = lines.flatMap((line) => line.split(',').map((node) => `for="${node.trim()}"`))
    const forwarded = new Headers(elements.map((line) => ['Forwarded', line] as const))
    expect(clientAddress({ ...peer, headers: forwarded }, TRUSTING)).toBe(client)
  })
})

describe('what only a proxy can know', () => {
  const CLAIMS_OF_PROXIES = [
    'X-Original-URL',
    'X-Rewrite-URL',
    'X-Original-Uri',
    'True-Client-IP',
    'X-Client-IP',
    'Client-IP',
    'X-Cluster-Client-IP',
    'X-ProxyUser-Ip',
    'X-Real-IP',
    'X-Remote-Addr',
    'X-Originating-IP',
    'CF-Connecting-IP',
    'Fastly-Client-IP',
    'X-Azure-ClientIP',
    'X-Forwarded',
    'X-Forwarded-Server',
    'X-Forwarded-User',
    'Forwarded-For',
    'X-Original-Host',
    'X-Host',
    'Front-End-Https',
    'X-Url-Scheme',
    'X-Scheme',
    'Client-Cert',
    'Client-Cert-Chain',
    'X-SSL-Client-Verify',
    'SSL-Client-Cert',
    'X-Client-Cert',
    'Remote-User',
    'X-Remote-User',
    'X-Accel-Mapping',
    'X-Sendfile-Type',
    'X-Middleware-Subrequest',
    'X-Script-Name',
  ]

  test.each(CLAIMS_OF_PROXIES)('is not passed on from strangers: %s', (name) => {
    for (const spelling of [
      name,
      name.toUpperCase(),
      name.replaceAll('-', '_'),
      name.replaceAll('-', '.'),
    ]) {
      expect(told({ fields: [[spelling, 'forged']] }).join()).not.toContain('forged')
    }
    expect(told({ fields: [[name, 'known']], trusted: true })).toContain(`${name}: known`)
  })

  test.each(['Proxy', 'PROXY', 'HTTP2-Settings', 'http2_settings'])(
    'is what nobody says honestly: %s is never passed on',
    (name) => {
      const fields = [[name, 'forged']] as const
      expect(told({ fields, trusted: true }).join()).not.toContain('forged')
    },
  )

  test.each([
    'X-HTTP-Method-Override',
    'X-Requested-With',
    'X-Forward',
    'X-Forwardedness',
    'X-SSLStrip',
    'Client-Certificate',
    'X-Client-Data',
    'CF-Ray',
    'Origin',
    'Proxy-Own',
  ])('is not what the client may say itself: %s', (name) => {
    expect(told({ fields: [[name, 'own']] })[0]).toBe(`${name}: own`)
  })
})
