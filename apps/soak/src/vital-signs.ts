import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** What a process takes of its machine. */
export interface VitalSigns {
  /** Resident memory, MiB. */
  readonly rssMiB: number
  /** Open file descriptors, and how many of them are sockets. */
  readonly descriptors: number
  readonly sockets: number
}

/** The ends of a TCP connection. */
export interface Connection {
  readonly localPort: number
  readonly remotePort: number
}

const LISTENING = '0A'

/** Reads them from /proc; undefined on a system that has none, and for a process that is gone. */
export function readVitalSigns(pid: number): VitalSigns | undefined {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    const links = readLinks(pid)
    if (kibibytes === undefined) return undefined
    return {
      rssMiB: Number(kibibytes) / 1024,
      descriptors: links.length,
      sockets: links.filter((link) => link.startsWith('socket:')).length,
    }
  } catch {
    return undefined
  }
}

/** The TCP connections (over IPv4) that the process holds open; none where the system does not tell. */
export function readConnections(pid: number): readonly Connection[] {
  try {
    const links = new Set(readLinks(pid))
    return readFileSync(`/proc/${pid}/net/tcp`, 'latin1')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(
        ([, , , state, , , , , , inode]) => state !== LISTENING && links.has(`socket:[${inode}]`),
      )
      .map(([, local = '', remote = '']) => ({
        localPort: readPort(local),
        remotePort: readPort(remote),
      }))
  } catch {
    return []
  }
}

// What the open descriptors stand for. One may be closed between the listing and the look.
function readLinks(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/fd`).map((name) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${name}`)
    } catch {
      return ''
    }
  })
}

// Such as 0100007F:AEB1.
function readPort(address: string): number {
  return Number.parseInt(address.slice(address.indexOf(':') + 1), 16)
}
