import { ProtocolError } from '@rawhttp/headers'
import type { Headers } from '@rawhttp/headers'
import type { Request } from '@rawhttp/request-parser'
import { octetsAsText } from './escape.ts'
import type { OtherProtocol } from './other-protocol.ts'

/** A request as the lines that are printed. */
export function describeRequest({ requestLine, headers, body, trailers }: Request): string {
  const lines = [
    'Request line:',
    `- Method: ${requestLine.method}`,
    `- Target: ${requestLine.requestTarget}`,
    `- Version: ${requestLine.httpVersion}`,
    'Headers:',
    ...describeFields(headers),
    'Body:',
  ]
  if (body.length > 0) lines.push(octetsAsText(body))
  if (trailers.size > 0) lines.push('Trailers:', ...describeFields(trailers))
  return `${lines.join('\n')}\n`
}

/** What went wrong, as the lines that are printed. */
export function describeFailure(failure: Error): string {
  if (failure instanceof ProtocolError) {
    const { code, message, offset, section, hint } = failure
    const lines = [
      `Bad request: ${message}`,
      `- Code: ${code}`,
      `- Octet: ${String(offset)}`,
      `- Section: ${section}`,
      `- Hint: ${hint}`,
    ]
    return `${lines.join('\n')}\n`
  }
  return `Connection failed: ${failure.message}\n`
}

/** What came that is no HTTP/1, as the lines that are printed. */
export function describeOtherProtocol({ name, hint }: OtherProtocol): string {
  return `Not HTTP/1: ${name}\n- Hint: ${hint}\n`
}

function describeFields(fields: Headers): string[] {
  const lines: string[] = []
  // A string has one octet a character; most of those beyond ASCII are UTF-8 all the same.
  for (const [name, value] of fields) {
    lines.push(`- ${name}: ${octetsAsText(Buffer.from(value, 'latin1'))}`)
  }
  return lines
}
