import { spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { endWithProcess } from './children.ts'

/** How many cases passed and failed. */
export interface Counts {
  readonly passed: number
  readonly failed: number
}

/** Runs a suite, passes on what it prints, and reads its last line. One that says no counts has failed, and so has its exit code. */
export async function runSuite(
  program: string,
  commandLine: readonly string[],
  environment: Readonly<Record<string, string>>,
  output: Writable,
): Promise<Counts> {
  const child = spawn(process.execPath, [program, ...commandLine], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  endWithProcess(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part
      output.write(part)
    })
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  const last = /(\d+) passed, (\d+) failed\s*$/.exec(text)
  const passed = Number(last?.[1] ?? 0)
  const failed = Number(last?.[2] ?? 1)
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed }
}
