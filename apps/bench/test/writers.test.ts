import { ResponseParser } from '@rawhttp/response-parser'
import { describe, expect, test } from 'vitest'
import * as nodeHttp from '../src/writers/node-http.ts'
import * as rawhttp from '../src/writers/rawhttp.ts'
import { RESPONSES } from '../src/writers/writer.ts'

/** What a client makes of the responses. */
function read(octets: Buffer): {
  fieldLines: number[]
  contentBytes: number[]
  trailers: string[]
} {
  const found = {
    fieldLines: [] as number[],
    contentBytes: [] as number[],
    trailers: [] as string[],
  }
  const parser = new ResponseParser('GET')
  let contentBytes = 0
  parser.push(octets)
  for (let event = parser.next(); event !== null; event = parser.next()) {
    if (event === 'Body') contentBytes += parser.bodyOctets.length
    if (event !== 'End') continue
    const { headers, statusLine, persistent } = parser.head
    expect(statusLine.statusCode).toBe(200)
    expect(persistent).toBe(true)
    // node:http says keep-alive to everybody; that is one line more than is asked for.
    headers.delete('connection')
    found.fieldLines.push(headers.size)
    found.contentBytes.push(contentBytes)
    found.trailers.push(parser.trailers.get('x-sum') ?? '')
    contentBytes = 0
    parser.startNextMessage('GET')
  }
  return found
}

describe.each([
  ['rawhttp', rawhttp],
  ['node-http', nodeHttp],
])('%s', (_name, { createWriter }) => {
  test.each(RESPONSES)(
    'writes the same twice: $name',
    async ({ contentBytes, fieldLines, write }) => {
      const copy: Buffer[] = []
      const writer = createWriter(copy)
      const first = write(writer)
      expect(first).toBe(Buffer.concat(copy).length)
      await new Promise(setImmediate)
      expect(write(writer)).toBe(2 * first)
      const found = read(Buffer.concat(copy))
      expect(found.contentBytes).toEqual([contentBytes, contentBytes])
      expect(found.fieldLines).toEqual([fieldLines, fieldLines])
    },
  )

  test('sends the trailer section behind the chunks', () => {
    const copy: Buffer[] = []
    createWriter(copy).chunked()
    expect(read(Buffer.concat(copy)).trailers).toEqual(['0123456789abcdef'])
  })
})
