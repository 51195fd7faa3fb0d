import { outliveReader, stopOnSignals } from 'command-line'
import { run } from './run.ts'

// A run that is broken off has no verdict.
const breakOff = (): void => process.exit(1)
stopOnSignals().addEventListener('abort', breakOff)
outliveReader(process.stdout, breakOff)
process.exitCode = await run(process.argv.slice(2), process.stdout)
