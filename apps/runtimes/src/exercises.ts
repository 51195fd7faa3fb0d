// What is exercised in each runtime. It reaches for what a host might do differently - octets and strings above all - and for every
// pure package. Nothing in this file may come from a host.
import { Headers, hasListMember, ProtocolError } from '@rawhttp/headers'
import { ChunkedDecoder, ChunkedEncoder } from '@rawhttp/message-framing'
import { DEFAULT_LIMITS, requestFromReader, RequestParser } from '@rawhttp/request-parser'
import { RequestWriter } from '@rawhttp/request-writer'
import { ResponseParser } from '@rawhttp/response-parser'
import { getDefaultHeaders, ResponseWriter } from '@rawhttp/response-writer'

/** One thing to do, and the text that must come of it everywhere. */
export interface Exercise {
  readonly title: string
  readonly expected: string
  perform(): string | Promise<string>
}

const CHUNKED_REQUEST = [
  'POST /upload?name=a%20b HTTP/1.1',
  'Host: example.com',
  'X-Octets: caf\xe9 \x80\x9f',
  'Transfer-Encoding: chunked',
  'Trailer: X-Sum',
  '',
  '5;kind="a;b"',
  'hello',
  '8',
  ', \x00\xff\x80!\r\n',
  '0',
  'X-Sum: 15',
  '',
  '',
].join('\r\n')

const READ_REQUEST = [
  'POST /upload?name=a%20b 1.1',
  'host=example.com',
  'x-octets=caf\xe9 \x80\x9f',
  'transfer-encoding=chunked',
  'trailer=X-Sum',
  'body=hello, \x00\xff\x80!\r\n',
  'x-sum=15',
  'next=GET',
].join('\n')

/** Everything that is exercised. */
export const EXERCISES: readonly Exercise[] = [
  ...[1, 2, 3, 7, 64, 4096].map((length) => ({
    title: `reads a chunked request in pieces of ${length}, and the request behind it`,
    expected: READ_REQUEST,
    perform: () => readInPieces(`${CHUNKED_REQUEST}GET / HTTP/1.1\r\nHost: a\r\n\r\n`, length),
  })),
  ...[
    ['GET / HTTP/1.1\r\n\r\n', 'ERR_HOST 400'],
    ['GET / HTTP/2.0\r\nHost: a\r\n\r\n', 'ERR_HTTP_VERSION_UNSUPPORTED 505'],
    ['GET / HTTP/1.1\nHost: a\r\n\r\n', 'ERR_BARE_LF 400'],
    ['GET / HTTP/1.1\r\nHost : a\r\n\r\n', 'ERR_FIELD_NAME 400'],
    [`GET /${'a'.repeat(9000)} HTTP/1.1\r\n`, 'ERR_REQUEST_LINE_TOO_LONG 414'],
    ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5e0\r\n\r\n', 'ERR_CONTENT_LENGTH 400'],
  ].map(([octets = '', expected = '']) => ({
    title: `refuses ${JSON.stringify(octets.slice(0, 40))} with ${expected}`,
    expected,
    perform: () => refusal(octets),
  })),
  {
    title: 'reads a whole request from an async iterable',
    expected: 'PUT /a hello',
    perform: async () => {
      const request = await requestFromReader(
        slowly('PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello'),
      )
      const { method, requestTarget } = request.requestLine
      return `${method} ${requestTarget} ${toText(request.body)}`
    },
  },
  {
    title: 'decodes what it encodes in chunks',
    expected: 'content of two chunks, checked=yes',
    perform: encodeAndDecode,
  },
  {
    title: 'writes a request that is read as it was meant',
    expected: 'PATCH /caf%C3%A9?a=b caf\xc3\xa9 x-sum=1',
    perform: writeAndRead,
  },
  {
    title: 'reads responses in a row, and an old server by name',
    expected:
      '103 none; 200 chunked caf\xe9\x80; 204 none; bare-lf; 200 close-delimited to the end',
    perform: readResponses,
  },
  {
    title: 'writes a whole response',
    expected: [
      'HTTP/1.1 200 OK',
      'Content-Length: 6',
      'Connection: close',
      'Content-Type: text/plain',
      'Date: Thu, 01 Jan 1970 00:00:00 GMT',
      '',
      'caf\xc3\xa9!',
    ].join('\r\n'),
    perform: () => written((writer) => writer.respond(200, 'café!', getDefaultHeaders(6))),
  },
  {
    title: 'writes a response in chunks, with trailers',
    expected: [
      'HTTP/1.1 404 Not Found',
      'Transfer-Encoding: chunked',
      'Trailer: X-Sum',
      'Date: Thu, 01 Jan 1970 00:00:00 GMT',
      '',
      '3',
      '\x00\xff\x80',
      '0',
      'X-Sum: 1',
      '',
      '',
    ].join('\r\n'),
    perform: () =>
      written((writer) => {
        writer.writeStatusLine(404)
        writer.writeHeaders(
          new Headers([
            ['Transfer-Encoding', 'chunked'],
            ['Trailer', 'X-Sum'],
          ]),
        )
        writer.writeChunkedBody(Uint8Array.of(0, 0xff, 0x80))
        writer.writeChunkedBodyDone()
        writer.writeTrailers(new Headers([['X-Sum', '1']]))
      }),
  },
  {
    title: 'keeps fields apart from the objects of the language',
    expected: 'a, b 1 undefined true',
    perform: () => {
      const headers = new Headers([
        ['__proto__', 'a'],
        ['__PROTO__', 'b'],
      ])
      headers.set('constructor', '1')
      const listed = hasListMember('keep-alive, "a, close", Upgrade', 'upgrade')
      return `${headers.get('__proto__')} ${headers.get('Constructor')} ${headers.get('toString')} ${listed}`
    },
  },
]

function writeAndRead(): string {
  const parser = new RequestParser()
  const writer = new RequestWriter({ write: (octets) => parser.push(octets) })
  writer.writeRequestLine('PATCH', '/caf%C3%A9?a=b')
  writer.writeHeaders(
    new Headers([
      ['Host', 'a'],
      ['Transfer-Encoding', 'chunked'],
      ['Trailer', 'X-Sum'],
    ]),
  )
  writer.writeChunkedBody('café')
  writer.writeChunkedBodyDone()
  writer.writeTrailers(new Headers([['X-Sum', '1']]))
  let body = ''
  for (let event = parser.next(); event !== null; event = parser.next()) {
    if (event === 'Body') body += toText(parser.bodyOctets)
  }
  const { method, requestTarget } = parser.head.requestLine
  return [method, requestTarget, body, ...fields(parser.trailers)].join(' ')
}

function readResponses(): string {
  const seen: string[] = []
  const parser = new ResponseParser('GET', {
    lenient: ['bare-lf'],
    onAnomaly: ({ rule }) => {
      if (!seen.includes(rule)) seen.push(rule)
    },
  })
  parser.push(
    toOctets(
      'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ncaf\xe9\x80\r\n0\r\n\r\n' +
        'HTTP/1.1 204 No Content\r\n\r\nHTTP/1.0 200 OK\nX: y\n\nto the end',
    ),
  )
  parser.end()
  for (let event = parser.next(); event !== null; event = parser.next()) {
    if (event === 'Interim') seen.push(`${parser.interimHead.statusLine.statusCode} none`)
    if (event === 'Head') {
      seen.push(`${parser.head.statusLine.statusCode} ${parser.head.framing.kind}`)
    } else if (event === 'Body') seen.push(`${seen.pop()} ${toText(parser.bodyOctets)}`)
    else if (event === 'End' && parser.heldBytes > 0) parser.startNextMessage('GET')
  }
  return seen.join('; ')
}

function readInPieces(text: string, length: number): string {
  const parser = new RequestParser()
  const octets = toOctets(text)
  const body: string[] = []
  const lines: string[] = []
  for (let start = 0; start < octets.length; start += length) {
    parser.push(octets.slice(start, start + length))
    for (let event = parser.next(); event !== null; event = parser.next()) {
      if (event === 'Head' && lines.length > 0)
        return [...lines, `next=${parser.head.requestLine.method}`].join('\n')
      if (event === 'Head') {
        const { method, requestTarget, httpVersion } = parser.head.requestLine
        lines.push(`${method} ${requestTarget} ${httpVersion}`, ...fields(parser.head.headers))
      } else if (event === 'Body') {
        body.push(toText(parser.bodyOctets))
      } else {
        lines.push(`body=${body.join('')}`, ...fields(parser.trailers))
        parser.startNextMessage()
      }
    }
  }
  return 'the second request was not found'
}

function fields(headers: Headers): string[] {
  return Array.from(headers, ([name, value]) => `${name}=${value}`)
}

function refusal(text: string): string {
  const parser = new RequestParser()
  try {
    parser.push(toOctets(text))
    while (parser.next() !== null);
    return 'accepted'
  } catch (error) {
    return error instanceof ProtocolError ? `${error.code} ${error.status}` : String(error)
  }
}

function encodeAndDecode(): string {
  const encoder = new ChunkedEncoder()
  const trailers = new Headers([['Checked', 'yes']])
  const octets = toOctets(
    [
      encoder.encode(toOctets('content of ')),
      encoder.encode(toOctets('two chunks')),
      encoder.end(trailers),
    ]
      .map(toText)
      .join(''),
  )
  const decoder = new ChunkedDecoder(DEFAULT_LIMITS)
  let content = ''
  for (let position = 0; position < octets.length && !decoder.complete;) {
    position = decoder.decode(octets, position, octets.length)
    content += toText(octets.subarray(decoder.contentStart, decoder.contentEnd))
  }
  return [content, ...fields(decoder.trailers ?? new Headers())].join(', ')
}

function written(write: (writer: ResponseWriter) => void): string {
  const pieces: string[] = []
  const sink = { write: (octets: Uint8Array) => void pieces.push(toText(octets)) }
  const writer = new ResponseWriter(sink, { date: () => 'Thu, 01 Jan 1970 00:00:00 GMT' })
  write(writer)
  writer.finish()
  return pieces.join('')
}

async function* slowly(text: string): AsyncGenerator<Uint8Array> {
  for (const octet of toOctets(text)) {
    await Promise.resolve()
    yield Uint8Array.of(octet)
  }
}

function toOctets(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

function toText(octets: Uint8Array): string {
  return Array.from(octets, (octet) => String.fromCharCode(octet)).join('')
}
