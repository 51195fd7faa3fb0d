import type { Socket } from 'node:net'
import { ProtocolError } from '@rawhttp/headers'
import { requestFromReader } from '@rawhttp/request-parser'
import type { Request, RequestHead } from '@rawhttp/request-parser'
import { getDefaultHeaders, ResponseWriter } from '@rawhttp/response-writer'
import { describeFailure, describeOtherProtocol, describeRequest } from './describe.ts'
import { otherProtocol, TELLING_OCTETS } from './other-protocol.ts'

// A client that reads slowly gets this long for an answer of one line before the connection is dropped.
const LINGER_MS = 2000

/** Reads one request from the connection, prints it or what is wrong with it, answers and closes. */
export async function serveConnection(
  socket: Socket,
  print: (text: string) => void,
): Promise<void> {
  // Left open when the reading stops, so that the answer can be written.
  const octets = socket.iterator({ destroyOnReturn: false })
  const opening = new Opening()
  const outcome = await requestFromReader(opening.watch(octets), {
    // RFC 9110 §10.1.1: the client may hold its content back until it sees this.
    onContinue: (head) => writerFor(socket, head).writeInformational(100),
  }).catch((failure: Error) => failure)
  await octets.return?.()
  if (!(outcome instanceof Error)) {
    print(describeRequest(outcome))
    answerRequest(socket, outcome)
  } else if (opening.start !== '') {
    // Nothing is no bad request: browsers connect ahead of the need.
    const other = otherProtocol(opening.start)
    print(other === undefined ? describeFailure(outcome) : describeOtherProtocol(other))
    if (outcome instanceof ProtocolError) answerFailure(socket, outcome, other?.hint)
  }
  linger(socket)
}

/** The first octets of a connection, one character each. */
class Opening {
  start = ''

  async *watch(octets: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of octets) {
      if (this.start.length < TELLING_OCTETS) {
        this.start += piece.toString('latin1', 0, TELLING_OCTETS - this.start.length)
      }
      yield piece
    }
  }
}

function writerFor(socket: Socket, { requestLine }: RequestHead): ResponseWriter {
  const { method, httpVersion } = requestLine
  return new ResponseWriter(socket, { requestMethod: method, httpVersion })
}

function answerRequest(socket: Socket, request: Request): void {
  const body = 'Received.\n'
  writerFor(socket, request).respond(200, body, getDefaultHeaders(body.length))
}

function answerFailure(socket: Socket, failure: ProtocolError, hint = failure.hint): void {
  const { status, code } = failure
  const body = `${code}: ${hint}\n`
  new ResponseWriter(socket).respond(status, body, getDefaultHeaders(body.length))
}

// RFC 9112 §9.6: closing with octets unread would reset the connection, and the reset could overtake the answer. So the writing
// half is closed, and what still comes is dropped for a while.
function linger(socket: Socket): void {
  socket.end()
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(timer))
}
