import { CommanderError } from 'commander'
import type { Command } from 'commander'

/** What the arguments ask for: a run with `config`, or a text to print before leaving with `exitCode`. */
export type Invocation<Config> =
  { readonly config: Config } | { readonly text: string; readonly exitCode: number }

/** The exit code for arguments that the program cannot be run with. */
export const USAGE_EXIT_CODE = 2

/**
 * Reads the arguments after the program's name, and the environment of the process for the options that have variables. A `--` before
 * all others is left out: pnpm passes it on.
 *
 * @param command the program with its options; nothing is printed and the process does not end, whatever the arguments are
 * @param advice what to write in place of an argument that is no option; by default that --help lists the options
 * @returns `config`: the values by option; or the text of `--help` with exit code 0; or one line that names the mistake, with 2
 */
export function readInvocation<Config extends object>(
  command: Command,
  commandLine: readonly string[],
  advice: (argument: string) => string = () => '--help lists the options',
): Invocation<Config> {
  let text = ''
  command.exitOverride().configureOutput({
    writeOut: (part) => (text += part),
    // A suggestion comes on a line of its own.
    outputError: (part) => (text += `${part.trimEnd().replaceAll('\n', ' ')}\n`),
  })
  const given = commandLine[0] === '--' ? commandLine.slice(1) : commandLine
  try {
    command.parse([...given], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { text, exitCode: 0 }
    if (error.code === 'commander.excessArguments') text = excessArgument(command, advice)
    return { text: text.replace(/^error:/, `${command.name()}:`), exitCode: USAGE_EXIT_CODE }
  }
  return { config: command.opts() }
}

function excessArgument(command: Command, advice: (argument: string) => string): string {
  const [argument = ''] = command.args.slice(command.registeredArguments.length)
  return `error: the argument '${argument}' is no option; ${advice(argument)}\n`
}

/** The variables that options of `command` have their values from, by the name of the option in `config`. */
export function variablesUsed(command: Command): Readonly<Record<string, string>> {
  const used: Record<string, string> = {}
  for (const option of command.options) {
    const name = option.attributeName()
    if (option.envVar !== undefined && command.getOptionValueSource(name) === 'env') {
      used[name] = option.envVar
    }
  }
  return used
}
