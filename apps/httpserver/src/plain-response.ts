import { Headers } from '@rawhttp/headers'
import { reasonPhrase } from '@rawhttp/response-writer'
import type { ResponseWriter } from '@rawhttp/response-writer'

/** Answers with a status and a line of text that says what it means here, by default its reason phrase. */
export function respondPlain(
  writer: ResponseWriter,
  statusCode: number,
  explanation: string = reasonPhrase(statusCode),
  fields: Iterable<readonly [name: string, value: string]> = [],
): void {
  const headers = new Headers([['Content-Type', 'text/plain; charset=utf-8'], ...fields])
  writer.respond(statusCode, `${explanation}\n`, headers)
}
