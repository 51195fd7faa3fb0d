import { wholeNumber } from 'command-line'
import { Command, Option } from 'commander'

/** Where to listen. */
export interface Config {
  readonly host: string
  readonly port: number
}

/** The program's flags. */
export function makeCommand(): Command {
  return new Command('tcplistener')
    .description('Prints every HTTP request that arrives, parsed, and answers with a short 200.')
    .addOption(new Option('--host <name>', 'address or name to listen on').default('localhost'))
    .addOption(
      new Option('--port <number>', 'port to listen on, 0 for any free one')
        .default(42069)
        .argParser(wholeNumber(0, 65_535)),
    )
}
