import { cpus, loadavg, release, type } from 'node:os'
import type { Machine } from './model.ts'

/** What this is. */
export function readMachine(): Omit<Machine, 'loadAfter'> {
  return {
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    system: `${type()} ${release()}`,
    loadBefore: readLoad(),
  }
}

/** Load average of the last minute. */
export function readLoad(): number {
  return loadavg()[0] ?? NaN
}
