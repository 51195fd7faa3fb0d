// The kinds of response that a client meets, each in several variants.
import { cut, MEBIBYTE, octetsOf, reads, VARIANTS, variants, whole } from './input.ts'
import type { Input } from './input.ts'

const DATE = 'Date: Sun, 22 Nov 2026 23:37:54 GMT'

const empty = (i: number): string =>
  ['HTTP/1.1 204 No Content', DATE, `ETag: "${i}"`, '', ''].join('\r\n')

const hello = (i: number): string =>
  [
    'HTTP/1.1 200 OK',
    'Content-Type: text/plain; charset=utf-8',
    DATE,
    'Content-Length: 13',
    '',
    `Hello, wor${String(i).padStart(2, '0')}!`,
  ].join('\r\n')

const fields = (i: number): string[] => [
  'HTTP/1.1 200 OK',
  'Server: nginx',
  DATE,
  'Content-Type: application/json; charset=utf-8',
  'Connection: keep-alive',
  'Vary: Accept-Encoding, Origin',
  `ETag: W/"4f9c2d${i}a7b1"`,
  'Cache-Control: private, max-age=0, must-revalidate',
  'Strict-Transport-Security: max-age=31536000; includeSubDomains',
  'X-Content-Type-Options: nosniff',
  'Access-Control-Allow-Origin: https://www.example.com',
  `X-Request-Id: 7b1e884f-9c2d-4a7b-8e88-${String(i).padStart(12, '0')}`,
]

const interfaceAnswer = (i: number): string =>
  [...fields(i), 'Content-Length: 1024', '', 'x'.repeat(1024)].join('\r\n')

const chunked = (i: number): string =>
  [
    'HTTP/1.1 200 OK',
    DATE,
    `ETag: "${i}"`,
    'Transfer-Encoding: chunked',
    'Trailer: X-Sum',
    '',
    `400\r\n${'x'.repeat(1024)}\r\n`.repeat(16) + '0',
    'X-Sum: 0123456789abcdef',
    '',
    '',
  ].join('\r\n')

/** What response parsers read, in the order of the table. */
export function responses(): readonly Input[] {
  return [
    whole('204 without content', empty, 2, 0),
    whole('200, 13 octets', hello, 3, 13),
    whole('200, 12 field lines, 1 KiB', interfaceAnswer, 12, 1024),
    { ...whole('chunked, 16 chunks of 1 KiB, trailer', chunked, 4, 16384), trailerLines: 1 },
    {
      ...whole('12 field lines, 1 KiB, in pieces of 7 octets', interfaceAnswer, 12, 1024),
      units: variants((i) => cut(octetsOf(interfaceAnswer(i)), 7)),
    },
    {
      name: '64 behind one another, each',
      messages: 64,
      units: variants((i) => [
        octetsOf(Array.from({ length: 64 }, (_, k) => hello((i + k) % VARIANTS)).join('')),
      ]),
      fieldLines: 192,
      trailerLines: 0,
      bodyBytes: 832,
    },
    {
      name: '64 MiB body in reads of 64 KiB',
      messages: 1,
      units: [
        [
          octetsOf(`HTTP/1.1 200 OK\r\n${DATE}\r\nContent-Length: ${64 * MEBIBYTE}\r\n\r\n`),
          ...reads(64),
        ],
      ],
      fieldLines: 2,
      trailerLines: 0,
      bodyBytes: 64 * MEBIBYTE,
    },
  ]
}
