import { outliveReader, stopOnSignals } from 'command-line'
import { run } from './run.ts'

// Without a reader the report is of no use, but the verdict is.
for (const stream of [process.stdout, process.stderr]) outliveReader(stream)
process.exitCode = await run(process.argv.slice(2), process.stdout, { stop: stopOnSignals() })
