import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { within } from '../load/patience.ts'
import { endChild, startChild } from './children.ts'
import { treeCpuMs, treeResidentKiB } from './proc.ts'

/** How a server is started. */
export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Where it is known beforehand: then the server says nothing, and listens when it can be connected to. */
  readonly place?: Place
  /** Reads the place from a line of the server's output; without it the line is JSON. */
  readonly readPlace?: (line: string) => Place | undefined
}

/** Where a server listens, and what it is. */
export interface Place {
  readonly port: number
  readonly version: string
}

const PATIENCE_MS = 20_000
const POLL_MS = 5

/** A server in a process of its own. */
export class ServerProcess {
  readonly place: Place
  readonly child: ChildProcess
  readonly #pid: number

  private constructor(child: ChildProcess, pid: number, place: Place) {
    this.child = child
    this.#pid = pid
    this.place = place
  }

  /** Starts it and waits until it listens. @throws when it does not */
  static async start(launch: Launch, withChannel = false): Promise<ServerProcess> {
    const { command, args, environment, place, readPlace = readAnnouncement } = launch
    const child = await startChild(command, args, {
      env: { ...process.env, ...environment },
      stdio: withChannel ? ['pipe', 'pipe', 'inherit', 'ipc'] : ['pipe', 'pipe', 'inherit'],
    })
    const { pid, stdout } = child
    if (pid === undefined || stdout === null) throw new Error(`${command} could not be run`)
    const stop = new AbortController()
    try {
      const ended = once(child, 'exit', { signal: stop.signal }).then(() => {
        throw new Error(`${command} ${args.join(' ')} has ended before it listened`)
      })
      const listening =
        place === undefined ? firstPlace(stdout, readPlace) : listens(place, stop.signal)
      const found = await within(PATIENCE_MS, 'a start', Promise.race([listening, ended]))
      return new ServerProcess(child, pid, found)
    } catch (error) {
      await endChild(child)
      throw error
    } finally {
      stop.abort()
    }
  }

  /** CPU time so far, of the process and all its children. */
  cpuMs(): number {
    return treeCpuMs(this.#pid)
  }

  /** Memory in use, of the process and all its children. */
  residentKiB(): number {
    return treeResidentKiB(this.#pid)
  }

  stop(): Promise<void> {
    return endChild(this.child)
  }
}

async function firstPlace(
  output: Readable,
  readPlace: (line: string) => Place | undefined,
): Promise<Place> {
  const lines = createInterface({ input: output })
  const place = await new Promise<Place>((resolve) => {
    lines.on('line', (line) => {
      const found = readPlace(line)
      if (found !== undefined) resolve(found)
    })
  })
  // An access log costs its reader less as octets that nobody looks at.
  lines.close()
  output.resume()
  return place
}

function readAnnouncement(line: string): Place | undefined {
  if (!line.startsWith('{')) return undefined
  const { port, version } = JSON.parse(line) as Place
  return { port, version }
}

async function listens(place: Place, signal: AbortSignal): Promise<Place> {
  while (!signal.aborted && !(await canConnect(place.port))) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  return place
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => {
      resolve(false)
    })
  })
}
