// Whether a peer takes anything at all. A socket is writable again only when its system has sent a third of its buffer, which may
// be megabytes: in that time a slow reader looks like a dead one. Linux tells how many octets of each connection the peer's system
// has not acknowledged, so there the two can be told apart. It is asked only for connections that seem to stand still.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

const SYSTEM_TABLES: readonly string[] = ['/proc/net/tcp', '/proc/net/tcp6']

// sl local_address:port remote_address:port state tx_queue:rx_queue, all hexadecimal.
const ENTRY = /:([0-9A-F]{4}) [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]{2} ([0-9A-F]{8}):/g

/** Octets that the system holds for peers. */
export class SendQueues {
  readonly #tables: readonly string[]
  #bytes: ReadonlyMap<string, number> | undefined
  #reading = false
  #told: boolean | undefined

  /** @param tables files in the form of Linux; where there are none, nothing is known */
  constructor(tables: readonly string[] = SYSTEM_TABLES) {
    this.#tables = tables
  }

  /** Whether the system tells. */
  get told(): boolean {
    return (this.#told ??= this.#tables.some((table) => existsSync(table)))
  }

  /** Octets that were unacknowledged when the system was asked last, or undefined when it was not, or does not tell. */
  heldBytes(localPort: number | undefined, remotePort: number | undefined): number | undefined {
    if (localPort === undefined || remotePort === undefined) return undefined
    return this.#bytes?.get(key(hexadecimal(localPort), hexadecimal(remotePort)))
  }

  /** Asks the system again; the answer is there a little later. */
  async refresh(): Promise<void> {
    if (this.#reading) return
    this.#reading = true
    const bytes = new Map<string, number>()
    for (const table of this.#tables) {
      const text = await readFile(table, 'latin1').catch(() => '')
      for (const [, local = '', remote = '', queued] of text.matchAll(ENTRY)) {
        // Two peers with the same port are counted together: then the one that stands still is given the time of the other.
        const place = key(local, remote)
        bytes.set(place, (bytes.get(place) ?? 0) + Number(`0x${queued}`))
      }
    }
    this.#bytes = bytes
    this.#reading = false
  }
}

/** One for the process: there is one system. */
export const systemSendQueues: SendQueues = new SendQueues()

function key(local: string, remote: string): string {
  return `${local}:${remote}`
}

function hexadecimal(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0')
}
