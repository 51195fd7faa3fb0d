import { Command, InvalidArgumentError, Option } from 'commander'
import type { Benchmark } from './benchmark.ts'

/** What the bench is told. */
export interface Config {
  /** Fewer and shorter rounds. */
  readonly quick: boolean
  /** Names of benchmarks or of groups of them; none: all. */
  readonly only?: readonly string[]
  /** A file to write all samples to. */
  readonly json?: string
  /** Write docs/PERFORMANCE.md and its charts. */
  readonly markdown: boolean
  /** A file that --json has written, to report on in place of measuring. */
  readonly from?: string
}

/** The program's flags. */
export function makeCommand(benchmarks: readonly Benchmark[]): Command {
  const names = new Set(benchmarks.flatMap(({ name, group }) => [name, group]))
  const lines = benchmarks.map(
    ({ name, group, title }) => `  ${name.padEnd(16)} ${title} (${group})`,
  )
  return new Command('bench')
    .description(
      'Measures rawhttp against its peers, all in turn in the same run; about ten minutes.',
    )
    .addOption(
      new Option('--quick', 'short rounds and few of them: about two minutes').default(false),
    )
    .addOption(
      new Option(
        '--only <names>',
        'only these benchmarks or groups, separated by commas',
      ).argParser((text) => readNames(text, names)),
    )
    .addOption(new Option('--json <file>', 'write every sample of every round to a file'))
    .addOption(new Option('--markdown', 'write docs/PERFORMANCE.md and its charts').default(false))
    .addOption(new Option('--from <file>', 'measure nothing: report on what --json has written'))
    .addHelpText('after', `\nBenchmarks, with their groups:\n${lines.join('\n')}`)
}

/** Those of the benchmarks that are asked for. */
export function selected(
  benchmarks: readonly Benchmark[],
  only: readonly string[] | undefined,
): readonly Benchmark[] {
  if (only === undefined) return benchmarks
  return benchmarks.filter(({ name, group }) => only.includes(name) || only.includes(group))
}

function readNames(text: string, known: ReadonlySet<string>): readonly string[] {
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !known.has(name))
  if (unknown === undefined) return names
  throw new InvalidArgumentError(`Expected some of ${[...known].join(', ')}; got "${unknown}".`)
}
