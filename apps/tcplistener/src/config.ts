import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'

/** Where to listen. */
export interface Config {
  readonly host: string
  readonly port: number
}

/** What the arguments ask for: a run with `config`, or a text to print before leaving with `exitCode`. */
export type Invocation =
  { readonly config: Config } | { readonly text: string; readonly exitCode: number }

const USAGE_EXIT_CODE = 2

/** Reads the arguments behind the program's name. */
export function readInvocation(commandLine: readonly string[]): Invocation {
  let text = ''
  const command = new Command('tcplistener')
    .description('Prints every HTTP request that arrives, parsed, and answers with a short 200.')
    .addOption(new Option('--host <name>', 'address or name to listen on').default('localhost'))
    .addOption(
      new Option('--port <number>', 'port to listen on, 0 for any free one')
        .default(42069)
        .argParser(readPort),
    )
    .exitOverride()
    .configureOutput({
      writeOut: (part) => (text += part),
      outputError: (part) => (text += part.replace(/^error: /, 'tcplistener: ')),
    })
  try {
    command.parse([...commandLine], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return { text, exitCode: error.exitCode === 0 ? 0 : USAGE_EXIT_CODE }
  }
  return { config: command.opts<Config>() }
}

function readPort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65535) {
    throw new InvalidArgumentError('Expected a number from 0 to 65535.')
  }
  return port
}
