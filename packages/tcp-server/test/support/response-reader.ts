/** One complete response, as a client reads it. */
export interface SeenResponse {
  readonly statusCode: number
  readonly fields: ReadonlyMap<string, string>
  readonly body: string
  /** Status codes of the interim responses before it. */
  readonly interim: readonly number[]
}

/**
 * Reads responses strictly.
 *
 * @param wire octets, one a character
 * @param methods methods of the requests in order; GET behind the last
 * @returns the complete ones; what follows the last is ignored when it is the beginning of another
 */
export function parseResponses(wire: string, methods: readonly string[] = []): SeenResponse[] {
  const responses: SeenResponse[] = []
  let interim: number[] = []
  let rest = wire
  for (;;) {
    const headEnd = rest.indexOf('\r\n\r\n')
    if (headEnd === -1) return responses
    const [statusLine = '', ...lines] = rest.slice(0, headEnd).split('\r\n')
    const statusCode = Number(/^HTTP\/1\.1 (\d{3}) .*$/.exec(statusLine)?.[1] ?? NaN)
    if (Number.isNaN(statusCode)) throw new Error(`No status line: ${JSON.stringify(statusLine)}`)
    const fields = new Map(lines.map((line) => splitField(line)))
    const content = rest.slice(headEnd + 4)
    if (statusCode < 200 && statusCode !== 101) {
      interim.push(statusCode)
      rest = content
      continue
    }
    const method = methods[responses.length] ?? 'GET'
    const body = readBody(statusCode, method, fields, content)
    if (body === undefined) return responses
    responses.push({ statusCode, fields, body: body.text, interim })
    interim = []
    rest = body.rest
  }
}

function splitField(line: string): [name: string, value: string] {
  const [, name, value] = /^([!-9;-~]+): (.*)$/.exec(line) ?? []
  if (name === undefined || value === undefined) {
    throw new Error(`No field line: ${JSON.stringify(line)}`)
  }
  return [name.toLowerCase(), value]
}

function readBody(
  statusCode: number,
  method: string,
  fields: ReadonlyMap<string, string>,
  content: string,
): { text: string; rest: string } | undefined {
  const bodiless = method === 'HEAD' || statusCode === 101 || statusCode === 204
  if (bodiless || statusCode === 304) return { text: '', rest: content }
  const length = fields.get('content-length')
  if (length !== undefined) {
    if (content.length < Number(length)) return undefined
    return { text: content.slice(0, Number(length)), rest: content.slice(Number(length)) }
  }
  if (fields.get('transfer-encoding') !== 'chunked') return { text: content, rest: '' }
  let text = ''
  let rest = content
  for (;;) {
    const [line, digits] = /^([0-9a-f]+)\r\n/i.exec(rest) ?? []
    if (line === undefined || digits === undefined) return undefined
    const size = parseInt(digits, 16)
    rest = rest.slice(line.length)
    if (size === 0) {
      const end = rest.startsWith('\r\n') ? 2 : rest.indexOf('\r\n\r\n') + 4
      return rest.length < end || end === 3 ? undefined : { text, rest: rest.slice(end) }
    }
    if (rest.length < size + 2) return undefined
    text += rest.slice(0, size)
    rest = rest.slice(size + 2)
  }
}
