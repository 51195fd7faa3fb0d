import type { Random } from './random.ts'
import type { FieldLine } from './response-reader.ts'

/** A request that keeps to RFC 9112. */
export interface RequestParts {
  readonly method: string
  readonly target: string
  /** Default '1.1'. */
  readonly httpVersion?: '1.0' | '1.1'
  /** Besides Host and the framing. */
  readonly fields?: readonly FieldLine[]
  /** Sent with its length; undefined: no body. */
  readonly body?: Buffer
}

/** The octets of a request; with a body its Content-Length too. */
export function composeRequest({ body, ...parts }: RequestParts): Buffer {
  if (body === undefined) return composeHead(parts)
  const fields = [...(parts.fields ?? []), fieldLine('Content-Length', String(body.length))]
  return Buffer.concat([composeHead({ ...parts, fields }), body])
}

/** The octets of a request head, with Host and whatever fields are given. */
export function composeHead(parts: Omit<RequestParts, 'body'>): Buffer {
  const { method, target, httpVersion = '1.1', fields = [] } = parts
  const lines = [fieldLine('Host', 'localhost'), ...fields].map(
    ([name, value]) => `${name}: ${value}`,
  )
  return octetsOf(`${method} ${target} HTTP/${httpVersion}`, ...lines, '', '')
}

/** A body in the chunked coding (RFC 9112 §7.1): cut at random places, now and then with an extension, and with its trailers. */
export function composeChunks(
  body: Buffer,
  trailers: readonly FieldLine[],
  random: Random,
): Buffer {
  const parts: Buffer[] = []
  for (const piece of random.pieces(body, 8)) {
    if (piece.length === 0) continue
    const digits = piece.length.toString(16)
    const size = random.chance(0.5) ? digits : digits.toUpperCase().padStart(6, '0')
    const extension = random.chance(0.2) ? `;${random.letters(4)}="${random.letters(6)}"` : ''
    parts.push(octetsOf(size + extension, ''), piece, octetsOf('', ''))
  }
  const trailerLines = trailers.map(([name, value]) => `${name}: ${value}`)
  return Buffer.concat([...parts, octetsOf('0', ...trailerLines, '', '')])
}

/** Lines as octets, CRLF between them. */
export function octetsOf(...lines: readonly string[]): Buffer {
  return Buffer.from(lines.join('\r\n'), 'latin1')
}

function fieldLine(name: string, value: string): FieldLine {
  return [name, value]
}
