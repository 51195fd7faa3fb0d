// usage: main.js [--quick] [--only PATTERN] [--json] [--markdown]
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { benchParsers } from './parser-bench.ts'
import { renderMarkdown, writeMarkdown } from './markdown.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
  },
})

const machine = {
  node: process.version,
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  load: loadavg()[0]?.toFixed(2) ?? '',
}
console.error(`Node ${machine.node}, ${machine.cores} x ${machine.cpu}, load ${machine.load}`)
const report = await benchParsers(values.quick ? 5 : 15, new RegExp(values.only), (line) => {
  console.error(line)
})
if (values.json) console.log(JSON.stringify({ machine, parsers: report }, null, 2))
if (values.markdown) await writeMarkdown(renderMarkdown(machine, report))
