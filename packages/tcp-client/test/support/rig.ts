import { afterEach } from 'vitest'
import { Client } from '../../src/index.ts'
import type { ClientOptions, TraceEvent } from '../../src/index.ts'
import { HandClock } from './hand-clock.ts'
import { RawServer } from './raw-server.ts'
import type { RawConnection } from './raw-server.ts'

/** A client and a server that are gone when the test is over. */
export interface Rig {
  readonly client: Client
  readonly server: RawServer
  readonly origin: string
  readonly clock: HandClock
  readonly events: TraceEvent[]
}

const rigs: Rig[] = []

afterEach(async () => {
  for (const { client, server } of rigs.splice(0)) {
    client.abort()
    await client.close()
    await server.close()
  }
})

/** Starts a client whose clock stands still, and a server that does what the script says with each connection. */
export async function rig(
  script: (connection: RawConnection) => void = () => {},
  options: ClientOptions = {},
): Promise<Rig> {
  const clock = new HandClock()
  const events: TraceEvent[] = []
  const server = await new RawServer(script).listen()
  const client = new Client({ clock, trace: (event) => events.push(copied(event)), ...options })
  const made = { client, server, origin: server.origin, clock, events }
  rigs.push(made)
  return made
}

/** Waits until `holds`, turn by turn. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn()
}

/** Lets what is on its way within this process arrive. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/** The code of what `promise` rejects with. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'fulfilled'
  } catch (error) {
    return codeOfError(error)
  }
}

function codeOfError(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error) return String(error.code)
  return String(error)
}

/** Answers the requests of a connection, head by head, with what `answers` has for each; the last one serves for ever. */
export function answer(...answers: readonly string[]): (connection: RawConnection) => void {
  return (connection) => {
    let answered = 0
    connection.socket.on('data', () => {
      const heads = connection.received.split('\r\n\r\n').length - 1
      for (; answered < heads; answered++) {
        connection.send(answers[Math.min(answered, answers.length - 1)] ?? '')
      }
    })
  }
}

export function response(body: string, ...lines: readonly string[]): string {
  const fields = [`Content-Length: ${body.length}`, ...lines].map((line) => `${line}\r\n`)
  return `HTTP/1.1 200 OK\r\n${fields.join('')}\r\n${body}`
}

function copied(event: TraceEvent): TraceEvent {
  return event.type === 'OctetsIn' ? { ...event, octets: new Uint8Array(event.octets) } : event
}
