// The kinds of request that a server meets, each in several variants so that no parser wins by remembering.

import { cut, MEBIBYTE, octetsOf, reads, VARIANTS, variants, whole } from './input.ts'
import type { Input } from './input.ts'

const minimal = (i: number): string => `GET /${i} HTTP/1.1\r\nHost: localhost:${8000 + i}\r\n\r\n`

const curl = (i: number): string =>
  `GET /items/${i} HTTP/1.1\r\nHost: localhost:42069\r\nUser-Agent: curl/8.${i}.1\r\nAccept: */*\r\n\r\n`

const browser = (i: number): string =>
  [
    `GET /articles/2026/a-longer-path-${i}?page=${i}&sort=newest HTTP/1.1`,
    'Host: www.example.com',
    'Connection: keep-alive',
    'sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24", "Google Chrome";v="140"',
    'sec-ch-ua-mobile: ?0',
    'sec-ch-ua-platform: "Linux"',
    'Upgrade-Insecure-Requests: 1',
    `User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.${i}.0 Safari/537.36`,
    'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
    'Sec-Fetch-Site: same-origin',
    'Sec-Fetch-Mode: navigate',
    'Sec-Fetch-User: ?1',
    'Sec-Fetch-Dest: document',
    'Referer: https://www.example.com/articles/2026/',
    'Accept-Encoding: gzip, deflate, br, zstd',
    'Accept-Language: en-GB,en;q=0.9,de;q=0.8',
    `Cookie: session=4f9c2d${i}a7b1; theme=dark`,
    '',
    '',
  ].join('\r\n')

// As long as heads become on sites that have been visited often.
const cookies = (i: number): string =>
  browser(i).replace('theme=dark', () => `theme=dark; visits=${'4f9c2d7a7b1e88'.repeat(220)}`)

const post = (i: number): string =>
  `POST /items/${i} HTTP/1.1\r\nHost: localhost:42069\r\nContent-Type: application/json\r\nContent-Length: 1024\r\n\r\n${'x'.repeat(1024)}`

const chunked = (i: number): string =>
  `POST /items/${i} HTTP/1.1\r\nHost: localhost:42069\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n` +
  `400\r\n${'x'.repeat(1024)}\r\n`.repeat(16) +
  '0\r\nX-Sum: 0123456789abcdef\r\n\r\n'

/** What request parsers read, in the order of the table. */
export function requests(): readonly Input[] {
  return [
    whole('minimal GET', minimal, 1, 0),
    whole('curl GET', curl, 3, 0),
    whole('browser GET', browser, 16, 0),
    whole('browser GET, 3 KiB of cookies', cookies, 16, 0),
    {
      ...whole('the same in segments of 1,448 octets', cookies, 16, 0),
      units: variants((i) => cut(octetsOf(cookies(i)), 1448)),
    },
    whole('POST, 1 KiB body', post, 3, 1024),
    { ...whole('chunked POST, 16 chunks of 1 KiB, trailer', chunked, 3, 16384), trailerLines: 1 },
    {
      ...whole('browser GET in pieces of 7 octets', browser, 16, 0),
      units: variants((i) => cut(octetsOf(browser(i)), 7)),
    },
    {
      name: '64 pipelined GETs, each',
      messages: 64,
      units: variants((i) => [
        octetsOf(Array.from({ length: 64 }, (_, k) => minimal((i + k) % VARIANTS)).join('')),
      ]),
      fieldLines: 64,
      trailerLines: 0,
      bodyBytes: 0,
    },
    {
      name: '64 MiB body in reads of 64 KiB',
      messages: 1,
      units: [largeBody()],
      fieldLines: 2,
      trailerLines: 0,
      bodyBytes: 64 * MEBIBYTE,
    },
  ]
}

function largeBody(): Uint8Array[] {
  const head = `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${64 * MEBIBYTE}\r\n\r\n`
  return [octetsOf(head), ...reads(64)]
}
