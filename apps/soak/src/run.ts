import type { Writable } from 'node:stream'
import { readInvocation } from 'command-line'
import { makeCommand } from './config.ts'
import type { Config } from './config.ts'
import { soak } from './soak.ts'
import type { Surroundings } from './soak.ts'

/** The program. Resolves to the exit code: 0, or 1 when the server has failed, or 2 for bad usage. */
export async function run(
  commandLine: readonly string[],
  output: Writable,
  surroundings: Omit<Surroundings, 'print'>,
): Promise<number> {
  const invocation = readInvocation<Config>(makeCommand(), commandLine)
  if ('text' in invocation) {
    output.write(invocation.text)
    return invocation.exitCode
  }
  const print = (line: string): void => {
    output.write(`${line}\n`)
  }
  const faults = await soak(invocation.config, { ...surroundings, print })
  for (const fault of faults) print(`FAULT: ${fault}`)
  print(faults.length === 0 ? 'soak: passed' : 'soak: failed')
  return faults.length === 0 ? 0 : 1
}
