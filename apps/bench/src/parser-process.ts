// One parser in a process of its own, asked for one round at a time, so that no parser spoils the inline caches of another.
import { inputs } from './inputs.ts'
import type { Input } from './inputs.ts'
import type { Driver, DriverModule, Tally } from './parsers/driver.ts'

/** What the parent asks: run this input for about so much CPU time. */
export interface RoundOrder {
  readonly input: number
  readonly cpuMs: number
}

/** What it gets: nanoseconds of CPU time for one message. */
export interface RoundResult {
  readonly nsPerMessage: number
}

const [, , name = ''] = process.argv
const { createDriver, version } = (await import(`./parsers/${name}.js`)) as DriverModule
const all = inputs()
const drivers = new Map<Input, Driver>()
// Read at the end, so that no result is dead code.
let consumed = 0

process.on('message', (order: RoundOrder) => {
  const input = all[order.input]
  if (input === undefined) throw new Error(`no input ${order.input}`)
  let driver = drivers.get(input)
  if (driver === undefined) {
    driver = createDriver()
    check(input, driver)
    drivers.set(input, driver)
  }
  process.send?.({ nsPerMessage: measure(input, driver, order.cpuMs) } satisfies RoundResult)
})
process.on('disconnect', () => {
  if (consumed === 0) process.exitCode = 1
})
process.send?.({ version })

function check(input: Input, driver: Driver): void {
  for (const unit of input.units) {
    const { messages, fieldLines, bodyBytes }: Tally = driver(unit)
    if (
      messages !== input.messages ||
      fieldLines !== input.fieldLines ||
      bodyBytes !== input.bodyBytes
    ) {
      throw new Error(
        `${name} read ${input.name} as ${messages} messages, ${fieldLines} field lines, ${bodyBytes} octets`,
      )
    }
  }
}

// Runs until the CPU time is used up; the clock is read once in about a millisecond.
function measure(input: Input, driver: Driver, cpuMs: number): number {
  let messages = 0
  let batch = 1
  const start = process.cpuUsage()
  for (;;) {
    const before = process.cpuUsage(start)
    for (let i = 0; i < batch; i++) {
      const unit = input.units[i % input.units.length]
      if (unit !== undefined) consumed += driver(unit).messages
    }
    messages += batch * input.messages
    const used = process.cpuUsage(start)
    const total = used.user + used.system
    if (total >= cpuMs * 1000) return (total * 1000) / messages
    if (total - before.user - before.system < 1000) batch *= 2
  }
}
