import { wholeNumber } from 'command-line'
import { Command, Option } from 'commander'

/** Where the datagrams go. */
export interface Config {
  readonly host: string
  readonly port: number
}

/** The program's flags. */
export function makeCommand(): Command {
  return new Command('udpsender')
    .description('Sends each line of its input as one UDP datagram.')
    .addOption(new Option('--host <name>', 'where to send').default('localhost'))
    .addOption(
      new Option('--port <number>', 'port to send to')
        .default(42069)
        .argParser(wholeNumber(1, 65_535)),
    )
}
