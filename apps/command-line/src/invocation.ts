import { CommanderError } from 'commander'
import type { Command } from 'commander'

/** What the arguments ask for: a run with `config`, or a text to print before leaving with `exitCode`. */
export type Invocation<Config> =
  { readonly config: Config } | { readonly text: string; readonly exitCode: number }

/** The exit code for arguments that the program cannot be run with. */
export const USAGE_EXIT_CODE = 2

/**
 * Reads the arguments behind the program's name, and the environment of the process for the options that have variables.
 *
 * @param command the program with its options; nothing is printed and the process does not end, whatever the arguments are
 * @returns `config`: the values by option; or the text of `--help` with exit code 0; or one line that names the mistake, with 2
 */
export function readInvocation<Config extends object>(
  command: Command,
  commandLine: readonly string[],
): Invocation<Config> {
  let text = ''
  command.exitOverride().configureOutput({
    writeOut: (part) => (text += part),
    outputError: (part) => (text += part.replace(/^error:/, `${command.name()}:`)),
  })
  try {
    command.parse([...commandLine], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return { text, exitCode: error.exitCode === 0 ? 0 : USAGE_EXIT_CODE }
  }
  return { config: command.opts() }
}
