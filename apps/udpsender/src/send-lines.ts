import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { describeAddress } from 'command-line'
import type { Config } from './config.ts'

const PROMPT = '> '

/** What is read and written, and when to stop; in the program the three streams and the signals of the process. */
export interface Terminal {
  readonly input: Readable
  readonly output: Writable
  readonly errors: Writable
  readonly stop?: AbortSignal
}

/**
 * Sends each line of the input, with its line feed, as one datagram, until the input ends or `stop` says so. A datagram that cannot be
 * sent is reported and the next line is read.
 *
 * @throws when the host has no address, or the input cannot be read
 */
export async function sendLines(terminal: Terminal, config: Config): Promise<void> {
  const { input, output, stop } = terminal
  const socket = await connect(config)
  const { address, port } = socket.remoteAddress()
  const receiver = describeAddress(address, port)
  // A connected socket learns that nobody listens, but only after the datagram left, and so as an event.
  socket.on('error', (error) => report(terminal, describe(error, receiver)))
  const inputFailure = new Promise<never>((_, reject) => input.once('error', reject))
  const reading = async (): Promise<void> => {
    output.write(PROMPT)
    const lines = createInterface({ input, crlfDelay: Infinity, ...(stop && { signal: stop }) })
    for await (const line of lines) {
      const octets = Buffer.from(`${line}\n`)
      let error = await send(socket, octets)
      if (error?.code === 'ECONNREFUSED') {
        // It is told of a datagram before, and this one has not left.
        report(terminal, describe(error, receiver))
        error = await send(socket, octets)
      }
      if (error !== null) report(terminal, describe(error, receiver, octets.length))
      output.write(PROMPT)
    }
    output.write('\n')
  }
  try {
    await Promise.race([reading(), inputFailure])
  } finally {
    await new Promise<void>((resolve) => socket.close(resolve))
  }
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

function send(socket: Socket, octets: Uint8Array): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    socket.send(octets, (error) => resolve(error))
  })
}

function describe({ code, message }: NodeJS.ErrnoException, receiver: string, size = 0): string {
  const meanings = [
    ['ECONNREFUSED', `nobody listens on ${receiver}`],
    ['EMSGSIZE', `a line of ${size} octets is too long for a datagram`],
  ]
  return [message, ...meanings.filter(([name]) => name === code).map(([, text]) => text)].join(': ')
}

/** Writes one line that says what went wrong. */
export function report(terminal: Terminal, message: string): void {
  terminal.errors.write(`udpsender: ${message}\n`)
}
