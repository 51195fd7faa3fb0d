// The load generator, in a process of its own so that neither the servers nor the bench share its CPU time.
import { Generator } from './generator.ts'
import type { LoadAnswer, LoadOrder } from './load.ts'

let generator: Generator | undefined

process.on('message', (order: LoadOrder) => {
  carryOut(order).then(answer, (error: unknown) => {
    answer({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) })
  })
})
process.on('disconnect', () => {
  process.exit()
})

async function carryOut(order: LoadOrder): Promise<LoadAnswer> {
  switch (order.kind) {
    case 'open':
      generator?.close()
      generator = new Generator(order.load)
      await generator.open()
      return { kind: 'opened' }
    case 'run':
      if (generator === undefined) throw new Error('nothing is open')
      return { kind: 'ran', result: await generator.run(order.span) }
    case 'close':
      generator?.close()
      generator = undefined
      return { kind: 'closed' }
  }
}

function answer(message: LoadAnswer): void {
  process.send?.(message)
}
