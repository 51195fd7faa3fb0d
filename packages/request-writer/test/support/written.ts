import { Headers } from '@rawhttp/headers'
import { RequestWriter } from '../../src/index.ts'
import type { RequestWriterOptions } from '../../src/index.ts'
import { RecordingSink } from './recording-sink.ts'

export type Fields = readonly (readonly [string, string])[]

export const HOST: Fields = [['Host', 'a.test']]

/** The head that is written for these fields, line by line. */
export function headLines(
  fields: Fields,
  { method = 'GET', target = '/' }: { method?: string; target?: string } = {},
  options?: RequestWriterOptions,
): string[] {
  const sink = new RecordingSink()
  const writer = new RequestWriter(sink, options)
  writer.writeRequestLine(method, target)
  writer.writeHeaders(new Headers(fields))
  writer.flushHead()
  expectWhole(sink.text)
  return sink.text.slice(0, -4).split('\r\n')
}

function expectWhole(text: string): void {
  if (!text.endsWith('\r\n\r\n')) throw new Error(`no whole head: ${text}`)
}
