import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { Config } from './config.ts'

const PROMPT = '> '

/** What is read and written; in the program the three streams of the process. */
export interface Terminal {
  readonly input: Readable
  readonly output: Writable
  readonly errors: Writable
}

/**
 * Sends each line of the input, with its line feed, as one datagram, until the input ends. A datagram that cannot be sent is
 * reported and the next line is read.
 *
 * @throws when the host has no address
 */
export async function sendLines(terminal: Terminal, config: Config): Promise<void> {
  const socket = await connect(config)
  // A connected socket learns that nobody listens, but only after the datagram left, and so as an event.
  socket.on('error', (error) => report(terminal, error))
  terminal.output.write(PROMPT)
  for await (const line of createInterface({ input: terminal.input, crlfDelay: Infinity })) {
    const error = await send(socket, `${line}\n`)
    if (error !== null) report(terminal, error)
    terminal.output.write(PROMPT)
  }
  terminal.output.write('\n')
  await new Promise<void>((resolve) => socket.close(resolve))
}

async function connect({ host, port }: Config): Promise<Socket> {
  // A name with addresses of both families is tried as IPv4 first: what listens for datagrams mostly listens there.
  const { address, family } = await lookup(host, { order: 'ipv4first' })
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.connect(port, address, () => {
      socket.off('error', reject)
      resolve()
    })
  })
  return socket
}

function send(socket: Socket, text: string): Promise<Error | null> {
  return new Promise((resolve) => {
    socket.send(text, (error) => resolve(error))
  })
}

/** Writes one line that says what went wrong. */
export function report(terminal: Terminal, error: Error): void {
  terminal.errors.write(`udpsender: ${error.message}\n`)
}
