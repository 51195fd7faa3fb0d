// Loaded into a server, in front of its program, with --expose-gc: tells on request what JavaScript holds.
import { setImmediate } from 'node:timers/promises'

const GARBAGE_RUNS = 3

process.on('message', () => {
  void tell()
})
// The channel must not keep a process alive that would end.
process.channel?.unref()

// What has been closed is let go in later turns.
async function tell(): Promise<void> {
  for (let i = 0; i < GARBAGE_RUNS; i++) {
    await setImmediate()
    globalThis.gc?.()
  }
  const { heapUsed, external } = process.memoryUsage()
  process.send?.({ heldKiB: (heapUsed + external) / 1024 })
}
