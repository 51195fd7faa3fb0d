import { wholeNumber } from 'command-line'
import { Command, Option } from 'commander'

/** What the soak is told. */
export interface Config {
  /** How long new requests are begun. */
  readonly seconds: number
  /** Clients at the same time. */
  readonly clients: number
  /** Where all choices come from. */
  readonly seed: number
  /** By how much resident memory may grow, MiB for each million requests. */
  readonly maxSlope: number
}

const MAX_SECONDS = 3600
const MAX_CLIENTS = 1000
const MAX_SEED = 2 ** 32 - 1

/** The program's flags. */
export function makeCommand(): Command {
  return new Command('soak')
    .description(
      'Good, bad, slow and aborted clients against the built server, for a bounded time.',
    )
    .addOption(
      new Option('--seconds <number>', `how long, at most ${MAX_SECONDS}`)
        .default(60)
        .argParser(wholeNumber(1, MAX_SECONDS)),
    )
    .addOption(
      new Option('--clients <number>', `clients at the same time, at most ${MAX_CLIENTS}`)
        .default(32)
        .argParser(wholeNumber(1, MAX_CLIENTS)),
    )
    .addOption(
      new Option('--seed <number>', 'where all choices come from')
        .default(1)
        .argParser(wholeNumber(0, MAX_SEED)),
    )
    .addOption(
      new Option('--max-slope <MiB>', 'growth of memory for each million requests')
        .default(64)
        .argParser(wholeNumber(0, MAX_SEED)),
    )
}
