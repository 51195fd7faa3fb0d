// A second reader of the same grammar, made to be seen through: it has the whole text, splits it, and asks regular expressions.
// It shares no line with the parser and knows no limits. What it refuses the parser must not accept, and the other way round.
import { isIPv6 } from 'node:net'

type Field = readonly [name: string, value: string]

/** A whole request. */
export interface NaiveRequest {
  readonly method: string
  readonly requestTarget: string
  readonly httpVersion: string
  readonly authority: string
  readonly headers: readonly Field[]
  readonly persistent: boolean
  readonly expectsContinue: boolean
  readonly body: string
  readonly trailers: readonly Field[]
}

/** The requests that stand at the beginning, and whether nothing but empty lines is behind them. */
export interface NaiveReading {
  readonly requests: readonly NaiveRequest[]
  readonly clean: boolean
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const QUOTED = '"(?:[\\t !#-\\[\\]-~\\x80-\\xff]|\\\\[\\t -~\\x80-\\xff])*"'
const EXTENSION = `[ \\t]*;[ \\t]*${TOKEN}(?:[ \\t]*=[ \\t]*(?:${TOKEN}|${QUOTED}))?`
const SIZE_LINE = new RegExp(`^([0-9A-Fa-f]{1,12})(?:${EXTENSION})*\\r\\n`)
const REQUEST_LINE =
  /^([!#$%&'*+.^_`|~0-9A-Z-]+) ([!$-;=@-[\]-~]*(?:\?[!$-;=?-~]*)?) HTTP\/1\.([0-9])$/
const FIELD_LINE = new RegExp(`^(${TOKEN}):[ \\t]*([\\t -~\\x80-\\xff]*)$`)
const REG_NAME = /^(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$/
// Trailer fields that frame, route or authenticate, and the others that may not be any.
const REFUSED_TRAILER = new RegExp(
  `^(?:${[
    'authorization',
    'connection',
    'content-length',
    'cookie',
    'forwarded',
    'host',
    'keep-alive',
    'max-forwards',
    'origin',
    'proxy-authenticate',
    'proxy-authorization',
    'proxy-connection',
    'set-cookie',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'via',
    'www-authenticate',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
  ].join('|')})$`,
  'i',
)
const DISCARDED_TRAILER = new RegExp(
  `^(?:${[
    'accept',
    'accept-charset',
    'accept-encoding',
    'accept-language',
    'access-control-allow-credentials',
    'access-control-allow-origin',
    'age',
    'cache-control',
    'content-encoding',
    'content-language',
    'content-location',
    'content-range',
    'content-security-policy',
    'content-type',
    'date',
    'expect',
    'expires',
    'if-match',
    'if-modified-since',
    'if-none-match',
    'if-range',
    'if-unmodified-since',
    'location',
    'pragma',
    'prefer',
    'range',
    'retry-after',
    'strict-transport-security',
    'vary',
  ].join('|')})$`,
  'i',
)

/** Reads every request that `text` begins with. */
export function readNaively(text: string): NaiveReading {
  const requests: NaiveRequest[] = []
  let rest = text
  for (;;) {
    rest = rest.replace(/^(?:\r\n)+/, '')
    if (rest === '' || rest === '\r') return { requests, clean: true }
    const read = readRequest(rest)
    if (read === undefined) return { requests, clean: false }
    requests.push(read.request)
    rest = read.rest
  }
}

function readRequest(text: string): { request: NaiveRequest; rest: string } | undefined {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd === -1) return undefined
  const [firstLine = '', ...fieldLines] = text.slice(0, headEnd).split('\r\n')
  const [, method, requestTarget, minor] = REQUEST_LINE.exec(firstLine) ?? []
  const headers = readFields(fieldLines)
  if (method === undefined || requestTarget === undefined || headers === undefined) return undefined
  const httpVersion = minor === '0' ? '1.0' : '1.1'
  if (!isTarget(method, requestTarget) || !hasGoodHost(headers, httpVersion)) return undefined
  const expectations = membersOf(headers, 'expect')
  const expects = httpVersion === '1.1' && expectations.length > 0
  if (expects && expectations.some((word) => word !== '100-continue')) return undefined
  const options = tokensOf(headers, 'connection')
  const persistent =
    !options.includes('close') && (httpVersion === '1.1' || options.includes('keep-alive'))
  const body = readBody(text.slice(headEnd + 4), headers, httpVersion)
  if (body === undefined) return undefined
  const { content, trailers, rest } = body
  const expectsContinue = expects && hasBody(headers)
  const line = { method, requestTarget, httpVersion }
  const authority = authorityOf(method, requestTarget, headers)
  const meaning = { ...line, authority, headers, persistent, expectsContinue }
  return { request: { ...meaning, body: content, trailers }, rest }
}

function readFields(lines: readonly string[]): Field[] | undefined {
  const fields: Field[] = []
  for (const line of lines) {
    const [, name, value] = FIELD_LINE.exec(line) ?? []
    if (name === undefined || value === undefined) return undefined
    fields.push([name, value.replace(/[ \t]+$/, '')])
  }
  return fields
}

function valuesOf(headers: readonly Field[], name: string): string[] {
  return headers.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value)
}

/** The members of a list of tokens in lower case, however many lines it has. */
function tokensOf(headers: readonly Field[], name: string): string[] {
  const members = valuesOf(headers, name).join(',').toLowerCase().split(',')
  return members.map((member) => member.replace(/^[ \t]+|[ \t]+$/g, ''))
}

/** The members of a list field in lower case, however many lines it has; a comma in quotes separates nothing. */
function membersOf(headers: readonly Field[], name: string): string[] {
  const members =
    valuesOf(headers, name)
      .join(', ')
      .match(/(?:"(?:\\.|[^"\\])*"?|[^,"])+/g) ?? []
  return members
    .map((member) => member.replace(/^[ \t]+|[ \t]+$/g, '').toLowerCase())
    .filter((member) => member !== '')
}

function hasBody(headers: readonly Field[]): boolean {
  const chunked = valuesOf(headers, 'transfer-encoding').length > 0
  return chunked || Number(valuesOf(headers, 'content-length')[0] ?? 0) > 0
}

function isTarget(method: string, target: string): boolean {
  if (method === 'CONNECT') {
    const port = Number(/:([0-9]+)$/.exec(target)?.[1] ?? 0)
    return port > 0 && port < 65536 && !target.startsWith(':') && isHostAndPort(target)
  }
  if (target === '*') return method === 'OPTIONS'
  if (target.startsWith('/')) return true
  const authority = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?]+)/.exec(target)?.[1] ?? ':'
  return !authority.startsWith(':') && isHostAndPort(authority)
}

function authorityOf(method: string, target: string, headers: readonly Field[]): string {
  if (method === 'CONNECT') return target
  return /^[^/]+:\/\/([^/?]+)/.exec(target)?.[1] ?? valuesOf(headers, 'host')[0] ?? ''
}

function isHostAndPort(text: string): boolean {
  const host = text.replace(/:[0-9]*$/, '')
  if (!text.startsWith('[')) return REG_NAME.test(host)
  const address = /^\[(.*)\]$/.exec(host)?.[1] ?? ''
  if (/^v[0-9A-Fa-f]+\.[A-Za-z0-9._~!$&'()*+,;=:-]+$/.test(address)) return true
  return /^[0-9A-Fa-f:.]+$/.test(address) && isIPv6(address)
}

function hasGoodHost(headers: readonly Field[], httpVersion: string): boolean {
  const hosts = valuesOf(headers, 'host')
  if (hosts.length === 0) return httpVersion === '1.0'
  return hosts.length === 1 && isHostAndPort(hosts[0] ?? '')
}

interface NaiveBody {
  readonly content: string
  readonly trailers: readonly Field[]
  readonly rest: string
}

function readBody(
  text: string,
  headers: readonly Field[],
  httpVersion: string,
): NaiveBody | undefined {
  const lengths = valuesOf(headers, 'content-length')
  const codings = valuesOf(headers, 'transfer-encoding').join(',')
  if (valuesOf(headers, 'transfer-encoding').length > 0) {
    const chunkedOnce = /^[ \t]*chunked[ \t]*$/i.test(codings)
    return lengths.length === 0 && httpVersion === '1.1' && chunkedOnce
      ? readChunks(text)
      : undefined
  }
  if (lengths.length === 0) return { content: '', trailers: [], rest: text }
  const length = Number(lengths[0])
  if (lengths.length > 1 || !/^[0-9]+$/.test(lengths[0] ?? '')) return undefined
  if (length > text.length) return undefined
  return { content: text.slice(0, length), trailers: [], rest: text.slice(length) }
}

function readChunks(text: string): NaiveBody | undefined {
  let content = ''
  let rest = text
  for (;;) {
    const [line, digits] = SIZE_LINE.exec(rest) ?? []
    if (line === undefined || digits === undefined) return undefined
    rest = rest.slice(line.length)
    const size = Number.parseInt(digits, 16)
    if (size === 0) break
    if (rest.slice(size, size + 2) !== '\r\n') return undefined
    content += rest.slice(0, size)
    rest = rest.slice(size + 2)
  }
  const end = `\r\n${rest}`.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const fields = readFields(end === 0 ? [] : rest.slice(0, end - 2).split('\r\n'))
  if (fields === undefined || fields.some(([name]) => REFUSED_TRAILER.test(name))) return undefined
  const trailers = fields.filter(([name]) => !DISCARDED_TRAILER.test(name))
  return { content, trailers, rest: rest.slice(end + 2) }
}
