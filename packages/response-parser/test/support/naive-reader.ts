// A second reader of the same grammar, made to be seen through: it has the whole text, splits it, and asks regular expressions.
// It shares no line with the parser and knows no limits. What it refuses the parser must not accept, and the other way round.
type Field = readonly [name: string, value: string]

/** A whole response with the codes of the interim ones before it. */
export interface NaiveResponse {
  readonly interim: readonly number[]
  readonly httpVersion: string
  readonly statusCode: number
  readonly reasonPhrase: string
  readonly headers: readonly Field[]
  readonly body: string
  readonly trailers: readonly Field[]
}

/** The responses that stand at the beginning, and whether nothing is behind them. */
export interface NaiveReading {
  readonly responses: readonly NaiveResponse[]
  readonly clean: boolean
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const QUOTED = '"(?:[\\t !#-\\[\\]-~\\x80-\\xff]|\\\\[\\t -~\\x80-\\xff])*"'
const EXTENSION = `[ \\t]*;[ \\t]*${TOKEN}(?:[ \\t]*=[ \\t]*(?:${TOKEN}|${QUOTED}))?`
const SIZE_LINE = new RegExp(`^([0-9A-Fa-f]{1,12})(?:${EXTENSION})*\\r\\n`)
const STATUS_LINE = /^HTTP\/1\.([0-9]) ([1-9][0-9]{2}) ([\t -~\x80-\xff]*)$/
const FIELD_LINE = new RegExp(`^(${TOKEN}):[ \\t]*([\\t -~\\x80-\\xff]*)$`)
const FRAMES_OR_ROUTES = /^(?:content-length|host|transfer-encoding)$/i
const NO_TRAILER = new RegExp(
  `^(?:${[
    'accept',
    'accept-charset',
    'accept-encoding',
    'accept-language',
    'access-control-allow-credentials',
    'access-control-allow-origin',
    'age',
    'authorization',
    'cache-control',
    'connection',
    'content-encoding',
    'content-language',
    'content-length',
    'content-location',
    'content-range',
    'content-security-policy',
    'content-type',
    'cookie',
    'date',
    'expect',
    'expires',
    'forwarded',
    'host',
    'if-match',
    'if-modified-since',
    'if-none-match',
    'if-range',
    'if-unmodified-since',
    'keep-alive',
    'location',
    'max-forwards',
    'origin',
    'pragma',
    'prefer',
    'proxy-authenticate',
    'proxy-authorization',
    'proxy-connection',
    'range',
    'retry-after',
    'set-cookie',
    'strict-transport-security',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'vary',
    'via',
    'www-authenticate',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
  ].join('|')})$`,
  'i',
)

/** Reads every response that `text` begins with; all answer requests of one method, and behind the text the connection ends. */
export function readNaively(text: string, method: string): NaiveReading {
  const responses: NaiveResponse[] = []
  let interim: number[] = []
  let rest = text
  for (;;) {
    if (rest === '' && interim.length === 0) return { responses, clean: true }
    const read = readResponse(rest, method)
    if (read === undefined) return { responses, clean: false }
    rest = read.rest
    const { statusCode } = read.response
    if (statusCode < 200 && statusCode !== 101) {
      interim.push(statusCode)
      continue
    }
    responses.push({ ...read.response, interim })
    interim = []
    if (statusCode === 101 || (method === 'CONNECT' && statusCode < 300)) {
      return { responses, clean: true }
    }
  }
}

function readResponse(
  text: string,
  method: string,
): { response: Omit<NaiveResponse, 'interim'>; rest: string } | undefined {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd === -1) return undefined
  const [firstLine = '', ...fieldLines] = text.slice(0, headEnd).split('\r\n')
  const [, minor, code, reasonPhrase = ''] = STATUS_LINE.exec(firstLine) ?? []
  const headers = readFields(fieldLines)
  if (minor === undefined || headers === undefined) return undefined
  const httpVersion = minor === '0' ? '1.0' : '1.1'
  const statusCode = Number(code)
  const behind = text.slice(headEnd + 4)
  const bodiless =
    method === 'HEAD' ||
    /^(1..|204|304)$/.test(String(statusCode)) ||
    (method === 'CONNECT' && statusCode < 300)
  const body = bodiless
    ? { content: '', trailers: [], rest: behind }
    : readBody(behind, headers, httpVersion)
  if (body === undefined) return undefined
  const { content, trailers, rest } = body
  return {
    response: { httpVersion, statusCode, reasonPhrase, headers, body: content, trailers },
    rest,
  }
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
  const codings = valuesOf(headers, 'transfer-encoding')
  if (codings.length > 0) {
    if (lengths.length > 0 || httpVersion === '1.0') return undefined
    const members = codings
      .join(',')
      .split(',')
      .map((member) => member.replace(/^[ \t]+|[ \t]+$/g, '').toLowerCase())
      .filter((member) => member !== '')
    if (members.at(-1) !== 'chunked') return { content: text, trailers: [], rest: '' }
    return /^chunked$/i.test(codings.join(',')) ? readChunks(text) : undefined
  }
  if (lengths.length === 0) return { content: text, trailers: [], rest: '' }
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
  if (fields === undefined || fields.some(([name]) => FRAMES_OR_ROUTES.test(name))) return undefined
  const trailers = fields.filter(([name]) => !NO_TRAILER.test(name))
  return { content, trailers, rest: rest.slice(end + 2) }
}
