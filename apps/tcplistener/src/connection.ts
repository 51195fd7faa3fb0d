import type { Socket } from 'node:net'
import { ProtocolError } from '@rawhttp/headers'
import { requestFromReader } from '@rawhttp/request-parser'
import type { Request } from '@rawhttp/request-parser'
import { getDefaultHeaders, ResponseWriter } from '@rawhttp/response-writer'
import { describeFailure, describeRequest } from './describe.ts'

// A client that reads slowly gets this long for an answer of one line before the connection is dropped.
const LINGER_MS = 2000

/** Reads one request from the connection, prints it or what is wrong with it, answers and closes. */
export async function serveConnection(
  socket: Socket,
  print: (text: string) => void,
): Promise<void> {
  // Left open when the reading stops, so that the answer can be written.
  const octets = socket.iterator({ destroyOnReturn: false })
  const outcome = await requestFromReader(octets).catch((failure: Error) => failure)
  await octets.return?.()
  if (outcome instanceof Error) {
    print(describeFailure(outcome))
    if (outcome instanceof ProtocolError) answerFailure(socket, outcome)
  } else {
    print(describeRequest(outcome))
    answerRequest(socket, outcome)
  }
  linger(socket)
}

function answerRequest(socket: Socket, { requestLine }: Request): void {
  const { method, httpVersion } = requestLine
  const writer = new ResponseWriter(socket, { requestMethod: method, httpVersion })
  const body = 'Received.\n'
  writer.respond(200, body, getDefaultHeaders(body.length))
}

function answerFailure(socket: Socket, { status, code, hint }: ProtocolError): void {
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
