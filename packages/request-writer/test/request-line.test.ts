import { Headers } from '@rawhttp/headers'
import { describe, expect, test } from 'vitest'
import { RequestWriter } from '../src/index.ts'
import { usageCode } from './support/error-code.ts'
import { RecordingSink } from './support/recording-sink.ts'
import { headLines, HOST } from './support/written.ts'

const lineOf = (method: string, target: string): string | undefined =>
  headLines(target.startsWith('/') || target === '*' ? HOST : [], { method, target })[0]

describe('RFC 9112 §3: the request line', () => {
  test.each([
    ['GET', '/'],
    ['GET', '/a/../b%2f;x=1?q=a|b&c={}'],
    ['GET', "/!$&'()*+,-.09:;=@AZ[]^_`az{|}~?/?\\"],
    ['M-SEARCH', '/'],
    ["!#$%&'*+-.^_`|~09", '/'],
    ['OPTIONS', '*'],
    ['OPTIONS', '/a'],
    ['GET', 'http://b.test'],
    ['GET', 'https://b.test:8443/a?b'],
    ['GET', 'http://[::1]:80/'],
    ['CONNECT', 'b.test:443'],
    ['CONNECT', '[::1]:443'],
  ])('is %s %s HTTP/1.1 (RFC 9112 §3.2)', (method, target) => {
    expect(lineOf(method, target)).toBe(`${method} ${target} HTTP/1.1`)
  })

  test.each([
    '',
    'GET ',
    'G T',
    'GET\r\n',
    'GET\t',
    'GE\u0301T',
    'get',
    'Get',
    'G(T',
    'GET / HTTP/1.1\r\nX: ',
    7,
    undefined,
  ])('refuses the method %j (RFC 9110 §9.1)', (method) => {
    const sink = new RecordingSink()
    const writer = new RequestWriter(sink)
    // Callers in JavaScript are not told by types.
    expect(usageCode(() => writer.writeRequestLine(method as string, '/'))).toBe('ERR_METHOD')
    expect(writer).toMatchObject({ state: 'AwaitingRequestLine', method: '' })
    expect(sink.text).toBe('')
  })

  test.each([
    ['GET', ''],
    ['GET', 'a'],
    ['GET', '*'],
    ['GET', '?a'],
    ['GET', '/a b'],
    ['GET', '/a\tb'],
    ['GET', '/a\r\nX: y'],
    ['GET', '/a\nb'],
    ['GET', '/a\0'],
    ['GET', '/\u00e9'],
    ['GET', '/\u010a'],
    ['GET', '/a#b'],
    ['GET', '/"'],
    ['GET', '/<'],
    ['GET', '/\\b.test/'],
    ['GET', 'http://a.test\\b.test/'],
    ['GET', 'http://a.test/\\?'],
    ['GET', 'a.test:80'],
    ['GET', 'http://'],
    ['GET', 'http:///a'],
    ['GET', 'http://user@a.test/'],
    ['GET', 'http://:80/'],
    ['CONNECT', '/'],
    ['CONNECT', 'a.test'],
    ['CONNECT', 'a.test:0'],
    ['CONNECT', 'a.test:65536'],
    ['CONNECT', 'http://a.test:443'],
    ['GET', 7],
    ['GET', undefined],
  ])('refuses %s with the target %j (RFC 9112 §3.2)', (method, target) => {
    const sink = new RecordingSink()
    const writer = new RequestWriter(sink)
    expect(usageCode(() => writer.writeRequestLine(method, target as string))).toBe(
      'ERR_REQUEST_TARGET',
    )
    expect(writer.state).toBe('AwaitingRequestLine')
    expect(sink.text).toBe('')
  })

  test('leaves no method behind when a whole request is refused (RFC 9112 §3)', () => {
    const writer = new RequestWriter(new RecordingSink())
    expect(usageCode(() => writer.request('GET', '/'))).toBe('ERR_HOST')
    expect(writer).toMatchObject({ state: 'AwaitingRequestLine', method: '', headSent: false })
    writer.request('GET', 'http://a.test/')
    expect(writer.method).toBe('GET')
  })

  test('takes Host from its options where nobody else says it (RFC 9112 §3.2)', () => {
    const sink = new RecordingSink()
    const writer = new RequestWriter(sink, { host: 'a.test' })
    writer.request('GET', '/')
    writer.reset()
    writer.request('OPTIONS', '*')
    writer.reset({ host: 'b.test:8080' })
    writer.request('GET', '/', new Headers([['Accept', '*/*']]))
    writer.reset()
    writer.request('GET', '/', new Headers([['host', 'c.test']]))
    writer.reset()
    writer.request('GET', 'http://d.test/')
    expect(sink.text.match(/(?<=\r\nhost: )\S+/gi)).toEqual([
      'a.test',
      'a.test',
      'b.test:8080',
      'c.test',
      'd.test',
    ])
  })

  test.each(['a b', 'a/b', 'a\r\nX: y'])('takes no Host of %j (RFC 9112 §3.2)', (host) => {
    expect(usageCode(() => new RequestWriter(new RecordingSink(), { host }))).toBe('ERR_HOST')
    const writer = new RequestWriter(new RecordingSink(), { host: 'a.test' })
    expect(usageCode(() => writer.reset({ host }))).toBe('ERR_HOST')
  })

  test('says what would have been right (RFC 9112 §3.2.3)', () => {
    const writer = new RequestWriter(new RecordingSink())
    expect(() => writer.writeRequestLine('CONNECT', '/')).toThrow(
      'Request target: expected host and port, as CONNECT has, got "/"',
    )
    expect(() => writer.writeRequestLine('GET', '/a b')).toThrow(
      'Request target: expected characters of a URI, got "/a b"',
    )
  })
})

describe('RFC 9112 §3.2: Host', () => {
  test('goes first, in the spelling of the caller; the others keep their order (RFC 9110 §7.2)', () => {
    expect(
      headLines([
        ['x-B', '1'],
        ['ACCEPT', '*/*'],
        ['hOST', 'A.test:80'],
        ['X-b', '2'],
      ]).slice(1),
    ).toEqual(['hOST: A.test:80', 'x-B: 1', 'ACCEPT: */*', 'X-b: 2'])
  })

  test.each([
    ['CONNECT', 'b.test:443', 'Host: b.test:443'],
    ['GET', 'http://b.test/a', 'Host: b.test'],
  ])('is taken from %s %s where it is left out (RFC 9112 §3.2.2)', (method, target, line) => {
    expect(headLines([], { method, target })[1]).toBe(line)
  })

  test('may be empty where the target URI has no authority (RFC 9112 §3.2)', () => {
    expect(headLines([['Host', '']])[1]).toBe('Host: ')
  })

  test('may differ from the target in letter case (RFC 9110 §4.2.3)', () => {
    expect(headLines([['Host', 'B.test']], { target: 'http://b.TEST/' })[1]).toBe('Host: B.test')
  })

  test.each([
    ['none', [], '/', 'expected one line, got none'],
    ['two', [...HOST, ...HOST], '/', 'expected one line, got a second one'],
    ['no host', [['Host', 'a b']], '/', 'expected host and port, got "a b"'],
    ['a user', [['Host', 'me@a.test']], '/', 'expected host and port, got "me@a.test"'],
    [
      'another than the target',
      [['Host', 'a.test']],
      'http://b.test/',
      'expected b.test as in the request target, got "a.test"',
    ],
  ] as const)('is refused when it is %s (RFC 9112 §3.2)', (_title, fields, target, message) => {
    expect(() => headLines(fields, { target })).toThrow(`Host: ${message}`)
    expect(usageCode(() => headLines(fields, { target }))).toBe('ERR_HOST')
  })
})
