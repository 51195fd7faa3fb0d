import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** What a process takes of its machine. */
export interface VitalSigns {
  /** Resident memory, MiB. */
  readonly rssMiB: number
  /** Open file descriptors, and how many of them are sockets. */
  readonly descriptors: number
  readonly sockets: number
}

/** Reads them from /proc; undefined on a system that has none, and for a process that is gone. */
export function readVitalSigns(pid: number): VitalSigns | undefined {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    if (kibibytes === undefined) return undefined
    const links = readdirSync(`/proc/${pid}/fd`).map((name) => readLink(`/proc/${pid}/fd/${name}`))
    return {
      rssMiB: Number(kibibytes) / 1024,
      descriptors: links.length,
      sockets: links.filter((link) => link.startsWith('socket:')).length,
    }
  } catch {
    return undefined
  }
}

// A descriptor may be closed between the listing and the look.
function readLink(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
