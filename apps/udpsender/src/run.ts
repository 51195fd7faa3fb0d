import { outliveReader, readInvocation } from 'command-line'
import { makeCommand } from './config.ts'
import type { Config } from './config.ts'
import { report, sendLines } from './send-lines.ts'
import type { Terminal } from './send-lines.ts'

/** The program: reads the arguments, sends the lines. Resolves to the exit code: 0, 1 (it could not run) or 2 (bad usage). */
export async function run(commandLine: readonly string[], terminal: Terminal): Promise<number> {
  // Lines are sent though nobody sees the prompt, as after `| head`.
  outliveReader(terminal.output)
  outliveReader(terminal.errors)
  const invocation = readInvocation<Config>(makeCommand(), commandLine)
  if ('text' in invocation) {
    const stream = invocation.exitCode === 0 ? terminal.output : terminal.errors
    stream.write(invocation.text)
    return invocation.exitCode
  }
  return await sendLines(terminal, invocation.config).then(
    () => 0,
    (error: Error) => {
      report(terminal, error.message)
      return 1
    },
  )
}
