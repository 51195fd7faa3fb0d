import { latin1, octets, shown } from '../support/octets.ts'
import type { ParserCase } from '../support/parser-case.ts'

const request = (method: string, target: string): Uint8Array =>
  latin1(`${method} ${target} HTTP/1.1\r\nHost: a\r\n\r\n`)

const accepted = (title: string, target: string, method = 'GET'): ParserCase => ({
  title,
  octets: request(method, target),
  requests: [{ method, requestTarget: target }],
})

const refused = (title: string, target: string, method = 'GET', offset?: number): ParserCase => ({
  title,
  octets: request(method, target),
  error: 'ERR_REQUEST_TARGET',
  offset: offset ?? method.length + 1,
})

/** The characters of a request target, whatever its form. */
export const targetCharacterCases: readonly ParserCase[] = [
  accepted(
    'keeps every character of a path as it came (RFC 9112 §3.2)',
    "/azAZ09-._~!$&'()*+,;=:@%41%zz%",
  ),
  accepted('keeps percent-encoding as it came (RFC 9110 §4.2.3)', '/a%2Fb%20c%00'),
  accepted('keeps dot segments as they came (RFC 9110 §4.2.3)', '/a/../../etc/./passwd'),
  accepted(
    'lets through what browsers send raw in a query: | { } [ ] ^ ` \\ (RFC 9112 §3.2)',
    '/?|{}[]^`\\',
  ),
  ...[
    ['a double quote', '"'],
    ['an opening angle bracket', '<'],
    ['a closing angle bracket', '>'],
    ['a fragment', '#'],
    ['NUL', '\0'],
    ['BEL', '\x07'],
    ['a tab', '\t'],
    ['a vertical tab', '\x0b'],
    ['a form feed', '\x0c'],
    ['ESC', '\x1b'],
    ['DEL', '\x7f'],
    ['the octet 0x80', '\x80'],
    ['a no-break space', '\xa0'],
    ['raw UTF-8', '\xc3\xa9'],
    ['the octet 0xFF', '\xff'],
  ].map(([what, character]) =>
    refused(`refuses ${what} in a target (RFC 9112 §3.2)`, `/a${character}b`, 'GET', 6),
  ),
]

/** The four forms of RFC 9112 §3.2. */
export const targetFormCases: readonly ParserCase[] = [
  accepted('reads the shortest target (RFC 9112 §3.2.1)', '/'),
  accepted('reads a path and a query (RFC 9112 §3.2.1)', '/where?q=now&r=a?b'),
  accepted('reads an empty query (RFC 9112 §3.2.1)', '/where?'),
  accepted('reads a path that starts with two slashes as a path (RFC 9110 §4.1)', '//evil.test/x'),
  refused('refuses a path without its slash (RFC 9112 §3.2.1)', 'where'),
  refused('refuses a query without a path (RFC 9112 §3.2.1)', '?q=now'),
  refused('refuses a relative path (RFC 9112 §3.2.1)', '../where'),
  refused(
    'refuses a backslash in a path, which some take for a slash (RFC 9112 §3.2.1)',
    '/a\\b',
    'GET',
    6,
  ),
  accepted('reads a backslash in a query, where browsers send it raw (RFC 9112 §3.2.1)', '/a?b\\c'),
  refused('refuses a path that starts with a backslash (RFC 9112 §3.2.1)', '\\where'),
  refused('refuses a percent-encoded slash as the first octet (RFC 9112 §3.2.1)', '%2Fwhere'),
  ...[
    'http://example.test/pub?x=1',
    'http://example.test',
    'http://example.test?x=1',
    'http://example.test:8080/',
    'http://example.test:/',
    'https://example.test/',
    'HTTP://EXAMPLE.TEST/',
    'http://127.0.0.1:8080/',
    'http://[::1]:8080/x',
    'http://[::1]',
    'http://a%41!$&/x',
    'http://example.test/@x:y//z',
    'coap+tcp://example.test/x',
  ].map((target) => accepted(`reads the absolute-form ${target} (RFC 9112 §3.2.2)`, target)),
  accepted(
    'reads the absolute-form of OPTIONS without a path (RFC 9112 §3.2.4)',
    'http://a:1',
    'OPTIONS',
  ),
  ...[
    'http://user@example.test/',
    'http://user:secret@example.test/',
    'http://example.test:80@evil.test/',
    'http://@example.test/',
    'http:///x',
    'http://',
    'http://?x',
    'http://:80/',
    'http:/example.test/',
    'http:example.test',
    'http://example.test:x/',
    'http://example.test:80:80/',
    'http://exa%zzmple.test/',
    'http://[::1/',
    'http://[::1]x/',
    'http://a|b/',
    '1http://example.test/',
    '://example.test/',
    'urn:example:a',
    'mailto:a@example.test',
    'example.test/x',
    'example.test:80',
    '[::1]:80',
  ].map((target) => refused(`refuses the target ${target} (RFC 9112 §3.2.2)`, target)),
  ...[
    'example.test:443',
    'example.test:1',
    'example.test:65535',
    'example.test:00443',
    '127.0.0.1:80',
    '[::1]:443',
    '[v1.a:b]:443',
    'a%41:443',
  ].map((target) =>
    accepted(
      `reads CONNECT with the authority-form ${target} (RFC 9112 §3.2.3)`,
      target,
      'CONNECT',
    ),
  ),
  ...[
    'example.test',
    'example.test:',
    ':443',
    ':',
    'example.test:https',
    'example.test:-1',
    'example.test:443:443',
    'example.test:443/',
    'user@example.test:443',
    '[::1]',
    '[::1]:',
    '::1:443',
    '/',
    '/x:443',
    '*',
    'http://example.test:443',
    'http://example.test:443/',
  ].map((target) =>
    refused(`refuses CONNECT with the target ${target} (RFC 9112 §3.2.3)`, target, 'CONNECT'),
  ),
  ...[
    'example.test:0',
    'example.test:000',
    'example.test:65536',
    `example.test:${'9'.repeat(20)}`,
  ].map((target) =>
    refused(`refuses CONNECT to the port of ${target} (RFC 9110 §9.3.6)`, target, 'CONNECT'),
  ),
  accepted('reads OPTIONS with the asterisk-form (RFC 9112 §3.2.4)', '*', 'OPTIONS'),
  refused('refuses the asterisk-form for GET (RFC 9112 §3.2.4)', '*'),
  refused('refuses an asterisk with more behind it (RFC 9112 §3.2.4)', '*/x', 'OPTIONS'),
  refused('refuses two asterisks (RFC 9112 §3.2.4)', '**', 'OPTIONS'),
]

const withHost = (...lines: readonly string[]): Uint8Array =>
  latin1(['GET / HTTP/1.1', ...lines, '', ''].join('\r\n'))

const refusedHost = (value: string): ParserCase => ({
  title: `refuses Host: ${shown(value)} (RFC 9112 §3.2)`,
  octets: withHost('X: 1', `Host: ${value}`),
  error: 'ERR_HOST',
  offset: 22,
})

/** What RFC 9112 §3.2 asks of Host. */
export const hostCases: readonly ParserCase[] = [
  {
    title: 'refuses HTTP/1.1 without Host (RFC 9112 §3.2)',
    octets: withHost('X: 1'),
    error: 'ERR_HOST',
    offset: 0,
  },
  {
    title: 'refuses HTTP/1.1 without any field (RFC 9112 §3.2)',
    octets: withHost(),
    error: 'ERR_HOST',
  },
  {
    title: 'refuses HTTP/1.3 without Host, which is read as 1.1 (RFC 9112 §3.2)',
    octets: octets`GET / HTTP/1.3

`,
    error: 'ERR_HOST',
  },
  {
    title: 'refuses the absolute-form without Host (RFC 9112 §3.2.2)',
    octets: octets`GET http://a/ HTTP/1.1

`,
    error: 'ERR_HOST',
  },
  {
    title: 'reads HTTP/1.0 without Host (RFC 9112 §3.2)',
    octets: octets`GET / HTTP/1.0

`,
    requests: [{ httpVersion: '1.0', headers: [] }],
  },
  {
    title: 'reads Host in any letter case and at any place (RFC 9110 §5.1)',
    octets: withHost('X: 1', 'hOsT:a'),
    requests: [
      {
        headers: [
          ['X', '1'],
          ['hOsT', 'a'],
        ],
      },
    ],
  },
  ...[
    ['two different Host lines', 'Host: a', 'Host: b'],
    ['two equal Host lines', 'Host: a', 'Host: a'],
    ['two Host lines in different letter case', 'Host: a', 'hOST: a'],
    ['a second, empty Host line', 'Host: a', 'Host:'],
    ['two empty Host lines', 'Host:', 'Host:'],
    ['three Host lines', 'Host: a', 'X: 1', 'Host: a', 'Host: a'],
    ['a Host line behind an IPv6 one', 'Host: [::1]', 'Host: [::1]'],
  ].map(([what, ...lines]): ParserCase => ({
    title: `refuses ${what} (RFC 9112 §3.2)`,
    octets: withHost(...lines),
    error: 'ERR_HOST',
    offset: 16,
  })),
  {
    title: 'refuses an invalid Host in HTTP/1.0 too (RFC 9112 §3.2)',
    octets: octets`GET / HTTP/1.0
Host: a b

`,
    error: 'ERR_HOST',
  },
  {
    title: 'refuses two Host lines in HTTP/1.0 too (RFC 9112 §3.2)',
    octets: octets`GET / HTTP/1.0
Host: a
Host: a

`,
    error: 'ERR_HOST',
  },
  {
    title: 'refuses an invalid Host beside the absolute-form (RFC 9112 §3.2.2)',
    octets: octets`GET http://a/ HTTP/1.1
Host: a/b

`,
    error: 'ERR_HOST',
  },
  {
    title: 'reads a Host other than that of the absolute-form (RFC 9112 §3.2.2)',
    octets: octets`GET http://a/ HTTP/1.1
Host: b

`,
    requests: [{ requestTarget: 'http://a/', authority: 'a' }],
  },
  {
    title: 'trims white space around Host (RFC 9112 §5)',
    octets: withHost('Host:\t a \t'),
    requests: [{ headers: [['Host', 'a']] }],
  },
  ...[
    '',
    'localhost',
    'localhost:42069',
    'localhost:',
    'example.test.',
    '127.0.0.1:80',
    '999.999.999.999',
    "a_b~c!$&'()*+,;=d",
    '%41%2f',
    '[::]',
    '[::1]:8080',
    '[::1]:',
    '[1:2:3:4:5:6:7:8]',
    '[1:2:3:4:5:6:7::]',
    '[::2:3:4:5:6:7:8]',
    '[2001:DB8::abcd:12]',
    '[::ffff:192.0.2.1]',
    '[1:2:3:4:5:6:192.0.2.255]',
    '[v1.a]',
    "[vF0.a:b!$&'()*+,;=~_]:1",
    `${'a'.repeat(300)}.test`,
  ].map((value): ParserCase => ({
    title: `reads Host: ${shown(value)} (RFC 9110 §7.2)`,
    octets: withHost(`Host: ${value}`),
    requests: [{ headers: [['Host', value]] }],
  })),
  ...[
    'local host',
    'local\thost',
    'a, b',
    'a/b',
    'a?b',
    'a#b',
    'a@b',
    'user:secret@a',
    'http://a',
    '<script>',
    'a"b',
    'a\\b',
    'a^b',
    'a`b',
    '{a}',
    'a|b',
    'a%',
    'a%4',
    'a%4g',
    '%zz',
    '\xe9',
    'a:b',
    'a:80:80',
    'a:-1',
    'a:+1',
    'a:8O',
    'a:80 x',
    '::1',
    '[::1',
    '::1]',
    '[::1]x',
    '[::1]80',
    '[::1]:x',
    '[::1][::1]',
    '[]',
    '[:]',
    '[:::]',
    '[1:2:3:4:5:6:7]',
    '[1:2:3:4:5:6:7:8:9]',
    '[1:2:3:4:5:6:7:8::]',
    '[::1:2:3:4:5:6:7:8]',
    '[1::2::3]',
    '[12345::]',
    '[g::]',
    '[::1.2.3]',
    '[::1.2.3.4.5]',
    '[::1.2.3.256]',
    '[::01.2.3.4]',
    '[1.2.3.4]',
    '[1.2.3.4::]',
    '[::1.2.3.4:5]',
    '[fe80::1%25eth0]',
    '[v.a]',
    '[v1.]',
    '[v1]',
    '[vg.a]',
    '[1.a]',
    '[localhost]',
  ].map(refusedHost),
  {
    title: 'refuses NUL in Host as in any value (RFC 9110 §5.5)',
    octets: withHost('Host: a\0.evil.test'),
    error: 'ERR_FIELD_VALUE',
    offset: 23,
  },
]
