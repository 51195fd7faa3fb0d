import { once } from 'node:events'
import type { NetConnectOpts } from 'node:net'
import { Worker } from 'node:worker_threads'

/** What one of the crowd has got: all octets as latin1, and whether its connection ended in an orderly way. */
export interface Outcome {
  readonly received: string
  readonly end: 'end' | 'reset'
}

/** What the crowd does. */
export interface CrowdPlan {
  readonly target: NetConnectOpts
  readonly count: number
  /** What each client sends. */
  readonly octets: string
  /** Each client speaks TLS; its octets follow the handshake, which the server takes part in. */
  readonly tls?: boolean
  /** Each client resets its connection behind its octets. */
  readonly reset?: boolean
}

// In a thread, clients go on while the server's event loop does not turn.
const SCRIPT = `
const { parentPort, workerData } = require('node:worker_threads')
const { target, count, octets, tls, reset, sent, begun } = workerData
const { connect } = tls ? require('node:tls') : require('node:net')
const outcomes = []
function tellSent() {
  Atomics.add(sent, 0, 1)
  Atomics.notify(sent, 0)
}
parentPort.postMessage('ready')
Atomics.wait(begun, 0, 0)
for (let i = 0; i < count; i++) {
  let received = ''
  let end = 'reset'
  const socket = connect({ ...target, rejectUnauthorized: false })
  socket.setEncoding('latin1')
  socket.once('connect', () => {
    if (tls) tellSent()
    socket.write(octets, () => {
      if (reset) socket.resetAndDestroy()
      if (!tls) tellSent()
    })
  })
  socket.on('data', (text) => { received += text })
  socket.on('end', () => { end = 'end' })
  socket.on('error', () => { end = 'reset' })
  socket.on('close', () => {
    outcomes.push({ received, end })
    if (outcomes.length === count) parentPort.postMessage(outcomes)
  })
}
`

const PATIENCE_MS = 10_000

/**
 * Lets clients connect and send while this thread stands still, so that all of them wait to be accepted, and calls `then` before the
 * event loop turns.
 *
 * @returns what became of them when all of their connections are closed
 */
export async function crowd(plan: CrowdPlan, then: () => void): Promise<Outcome[]> {
  const sent = new Int32Array(new SharedArrayBuffer(4))
  const begun = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(SCRIPT, { eval: true, workerData: { ...plan, sent, begun } })
  await once(worker, 'message')
  const outcomes = once(worker, 'message')
  Atomics.store(begun, 0, 1)
  Atomics.notify(begun, 0)
  for (let known = 0; known < plan.count; known = Atomics.load(sent, 0)) {
    const change = Atomics.wait(sent, 0, known, PATIENCE_MS)
    if (change === 'timed-out') throw new Error(`Only ${known} of ${plan.count} have connected`)
  }
  then()
  const [result] = (await outcomes) as [Outcome[]]
  await worker.terminate()
  return result
}
