import { RequestParser } from '@rawhttp/request-parser'
import { ResponseParser } from '@rawhttp/response-parser'
import { handleConnection } from '@rawhttp/tcp-server'
import type { Finding } from './check.ts'
import { checkCopies, checkSteps } from './parser-checks.ts'
import type { MakeParser, Sizes } from './parser-checks.ts'
import { checkServer } from './server-checks.ts'
import { StepCounter } from './steps.ts'

/** What grows in the messages that a parser reads behind this start line. */
export function sizesFor(startLine: string): readonly Sizes[] {
  const head = `${startLine}\r\nHost: a\r\n`
  return [
    {
      what: 'field lines',
      message: (size) =>
        `${head}${'X-Some-Name: a value\r\n'.repeat(size)}Content-Length: 0\r\n\r\n`,
      small: 20,
      large: 80,
    },
    {
      what: 'a field value',
      message: (size) => `${head}Cookie: ${'v'.repeat(size)}\r\nContent-Length: 0\r\n\r\n`,
      small: 3000,
      large: 12_000,
    },
    {
      what: 'chunks',
      message: (size) =>
        `${head}Transfer-Encoding: chunked\r\n\r\n${'5\r\nhello\r\n'.repeat(size)}0\r\n\r\n`,
      small: 300,
      large: 1200,
    },
  ]
}

const REQUEST_LINE = 'POST /path HTTP/1.1'
const STATUS_LINE = 'HTTP/1.1 200 OK'

/** The modules that count, and feed what is counted. */
export const COUNTERS: RegExp = /\/gate\/(steps|parser-checks|gate)\./

/** Everything that is counted, of what this repository builds. */
export async function gate(): Promise<readonly Finding[]> {
  return [
    ...(await countedSteps()),
    ...checkCopies('request parser', requestParser, REQUEST_LINE),
    ...checkCopies('response parser', responseParser, STATUS_LINE),
    ...(await checkServer(handleConnection)),
  ]
}

async function countedSteps(): Promise<readonly Finding[]> {
  const counter = await StepCounter.start(COUNTERS)
  try {
    const [requests, responses] = [sizesFor(REQUEST_LINE), sizesFor(STATUS_LINE)]
    return [
      ...(await checkSteps(counter, 'request parser', requestParser, requests)),
      ...(await checkSteps(counter, 'response parser', responseParser, responses)),
    ]
  } finally {
    counter.stop()
  }
}

const requestParser: MakeParser = (onContent) => {
  const parser = new RequestParser()
  let messages = 0
  return {
    get messages() {
      return messages
    },
    feed(octets) {
      parser.push(octets)
      for (let event = parser.next(); event !== null; event = parser.next()) {
        if (event === 'Body') onContent(parser.bodyOctets)
        if (event === 'End') messages++
      }
    },
  }
}

const responseParser: MakeParser = (onContent) => {
  const parser = new ResponseParser('GET')
  let messages = 0
  return {
    get messages() {
      return messages
    },
    feed(octets) {
      parser.push(octets)
      for (let event = parser.next(); event !== null; event = parser.next()) {
        if (event === 'Body') onContent(parser.bodyOctets)
        if (event === 'End') messages++
      }
    },
  }
}
