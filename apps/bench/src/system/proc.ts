// What Linux tells of processes, in /proc (proc(5)).
import { readdirSync, readFileSync } from 'node:fs'

/** Processes by their id, of which one is the parent of others. */
interface ProcessStat {
  readonly parent: number
  /** CPU time in user and kernel mode, of the process and of the children that it has waited for, in milliseconds. */
  readonly cpuMs: number
}

// USER_HZ is 100 on every architecture that Node runs on, whatever the kernel's own clock is.
const TICK_MS = 10

/** Reads the line of /proc/PID/stat. @throws when it is none */
export function parseStat(line: string): ProcessStat {
  // The name of the program stands in parentheses and may itself contain any character.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  const number = (field: number): number => Number(fields[field - 3])
  const parent = number(4)
  const cpuMs = (number(14) + number(15) + number(16) + number(17)) * TICK_MS
  if (!Number.isInteger(parent) || !Number.isInteger(cpuMs)) {
    throw new Error(`expected a line of /proc/PID/stat, got ${JSON.stringify(line)}`)
  }
  return { parent, cpuMs }
}

/** Whether this system tells. */
export function hasProc(): boolean {
  return readProcess(process.pid) !== undefined
}

/** A process and all that descend from it, each by its id. */
export function processTree(root: number): ReadonlyMap<number, ProcessStat> {
  const all = new Map<number, ProcessStat>()
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readProcess(Number(name)) : undefined
    if (stat !== undefined) all.set(Number(name), stat)
  }
  const tree = new Map<number, ProcessStat>()
  const add = (id: number): void => {
    const stat = all.get(id)
    if (stat === undefined || tree.has(id)) return
    tree.set(id, stat)
    for (const [child, { parent }] of all) if (parent === id) add(child)
  }
  add(root)
  return tree
}

/** CPU time of a process and of all that descend from it, in milliseconds. @throws when it is gone */
export function treeCpuMs(root: number): number {
  const tree = processTree(root)
  if (tree.size === 0) throw new Error(`process ${root} is gone`)
  return [...tree.values()].reduce((sum, { cpuMs }) => sum + cpuMs, 0)
}

/** Resident memory of a process and of all that descend from it, in KiB. */
export function treeResidentKiB(root: number): number {
  let sum = 0
  for (const id of processTree(root).keys()) {
    sum += parseResidentKiB(readFileSync(`/proc/${id}/status`, 'utf8'))
  }
  return sum
}

/** Resident memory in KiB, from /proc/PID/status. @throws when it does not say */
export function parseResidentKiB(status: string): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
  if (kibibytes === undefined) throw new Error('expected a line VmRSS in /proc/PID/status')
  return Number(kibibytes)
}

/** How many files a process may have open, from /proc/PID/limits. @throws when it does not say */
export function parseOpenFiles(limits: string): number {
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1]
  if (soft === undefined) throw new Error('expected a line Max open files in /proc/PID/limits')
  return soft === 'unlimited' ? Infinity : Number(soft)
}

function readProcess(id: number): ProcessStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${id}/stat`, 'latin1'))
  } catch {
    return undefined
  }
}
