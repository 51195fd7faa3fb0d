import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FAREWELL, TELL_WHEN_DEAF } from '../src/workers/messages.ts'
import { WorkerPool } from '../src/workers/worker-pool.ts'
import type { PoolOptions } from '../src/workers/worker-pool.ts'
import { ScriptedProcess } from './support/forked-process.ts'
import { TestLog } from './support/test-application.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  const left = vi.getTimerCount()
  vi.useRealTimers()
  if (left > 0) throw new Error(`${left} timers are left`)
})

const LINES = ['Listening on http', 'Listening on https']

/** Lets everything happen that waits for no time to pass. */
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)

class Scene {
  readonly log = new TestLog()
  readonly forked: ScriptedProcess[] = []
  readonly pool: WorkerPool
  /** What `run` came to: undefined as long as it goes on. */
  outcome: 'closed' | Error | undefined

  constructor(changes: Partial<PoolOptions> = {}) {
    const fork = (): ScriptedProcess => {
      const forked = new ScriptedProcess(this.forked.length + 1)
      this.forked.push(forked)
      return forked
    }
    const options = { count: 2, gracePeriodMs: 5000, inherited: false, fork, ...changes }
    this.pool = new WorkerPool(options, this.log)
    this.pool.run().then(
      () => (this.outcome = 'closed'),
      (error: Error) => (this.outcome = error),
    )
  }

  /** The worker of this process id: they count from 1. */
  worker(pid: number): ScriptedProcess {
    const forked = this.forked[pid - 1]
    if (forked === undefined) throw new Error(`Worker ${pid} was not started`)
    return forked
  }

  async listen(...pids: readonly number[]): Promise<void> {
    for (const pid of pids) {
      this.worker(pid).listen(...LINES)
      await settle()
    }
  }

  async end(...pids: readonly number[]): Promise<void> {
    for (const pid of pids) this.worker(pid).end()
    await settle()
  }

  dismissed(): number[] {
    return this.forked.filter(({ dismissed }) => dismissed).map(({ process }) => process.pid ?? 0)
  }
}

async function startScene(changes?: Partial<PoolOptions>): Promise<Scene> {
  const scene = new Scene(changes)
  await scene.listen(1, 2)
  return scene
}

async function closeScene(scene: Scene): Promise<void> {
  void scene.pool.close()
  await settle()
  for (const forked of scene.forked) forked.end()
  await settle()
  expect(scene.outcome).toBe('closed')
  expect(scene.pool.state).toBe('Closed')
}

describe('starting', () => {
  test('tries one worker, then starts the others, and tells where they listen when all do', async () => {
    const scene = new Scene({ count: 3 })
    await settle()
    expect(scene.forked).toHaveLength(1)
    await scene.listen(1)
    expect(scene.forked).toHaveLength(3)
    await scene.listen(3)
    expect(scene.log.starts).toEqual([])
    await scene.listen(2)
    expect(scene.log.starts).toEqual(LINES)
    expect(scene.pool.state).toBe('Listening')
    await closeScene(scene)
  })

  test('fails with the reason when the first worker tells one', async () => {
    const scene = new Scene()
    scene.worker(1).report({ failed: 'The port is taken' })
    await settle()
    expect(scene.outcome).toEqual(new Error('The port is taken'))
    expect(scene.worker(1).history).toEqual(['disconnect'])
    await scene.end(1)
    expect(scene.forked).toHaveLength(1)
    expect(scene.log.warnings).toEqual([])
  })

  test('fails when the first worker ends without a word', async () => {
    const scene = new Scene()
    scene.worker(1).process.kill('SIGSEGV')
    await settle()
    expect(scene.outcome).toEqual(new Error('Worker 1 ended before it listened: SIGSEGV'))
    expect(scene.pool.state).toBe('Closed')
  })

  test('fails when there can be no process', async () => {
    const forked = new ScriptedProcess(undefined)
    const scene = new Scene({ fork: () => forked })
    forked.emit('error', new Error('spawn EAGAIN'))
    await settle()
    expect(scene.outcome).toEqual(new Error('Worker 0 ended before it listened: spawn EAGAIN'))
  })

  test('does not wait for ever for a worker that hangs', async () => {
    const scene = new Scene()
    await vi.advanceTimersByTimeAsync(29_999)
    expect(scene.outcome).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1)
    expect(scene.outcome).toEqual(new Error('Worker 1 ended before it listened: SIGKILL'))
  })

  test('is not disturbed by messages of other kinds, nor by errors of sending', async () => {
    const scene = new Scene()
    scene.worker(1).emit('message', 'hello')
    scene.worker(1).emit('message', null)
    scene.worker(1).emit('message', { other: true })
    scene.worker(1).emit('error', new Error('write EPIPE'))
    await settle()
    expect(scene.outcome).toBeUndefined()
    await scene.listen(1, 2)
    await closeScene(scene)
  })
})

describe('a worker that ends', () => {
  test('is replaced after pauses from 100 ms, doubled up to 10 s', async () => {
    const scene = await startScene()
    for (const pauseMs of [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]) {
      const count = scene.forked.length
      scene.worker(count).end(7)
      await vi.advanceTimersByTimeAsync(pauseMs - 1)
      expect(scene.forked).toHaveLength(count)
      await vi.advanceTimersByTimeAsync(1)
      expect(scene.forked).toHaveLength(count + 1)
      expect(scene.log.warnings.at(-1)).toBe(
        `Worker ${count} ended: exit code 7; the next one in ${pauseMs} ms`,
      )
    }
    await scene.listen(scene.forked.length)
    await closeScene(scene)
  })

  test('is replaced after 100 ms again when it lived for 30 s', async () => {
    const scene = await startScene()
    scene.worker(2).end()
    await vi.advanceTimersByTimeAsync(100)
    await scene.listen(3)
    await vi.advanceTimersByTimeAsync(29_999)
    scene.worker(3).end()
    await vi.advanceTimersByTimeAsync(199)
    expect(scene.forked).toHaveLength(3)
    await vi.advanceTimersByTimeAsync(1)
    await scene.listen(4)
    await vi.advanceTimersByTimeAsync(30_000)
    scene.worker(4).end()
    await vi.advanceTimersByTimeAsync(100)
    expect(scene.forked).toHaveLength(5)
    await closeScene(scene)
  })

  test('has a pause of its own', async () => {
    const scene = await startScene()
    await scene.end(1, 2)
    await vi.advanceTimersByTimeAsync(100)
    expect(scene.forked).toHaveLength(4)
    await closeScene(scene)
  })

  test('tells why it could not start', async () => {
    const scene = await startScene()
    await scene.end(2)
    await vi.advanceTimersByTimeAsync(100)
    scene.worker(3).report({ failed: 'No certificate' })
    await scene.end(3)
    expect(scene.log.warnings.at(-1)).toBe('Worker 3 ended: No certificate; the next one in 200 ms')
    await closeScene(scene)
  })

  test('is told of again only where its successor listens elsewhere', async () => {
    const scene = await startScene()
    await scene.end(1, 2)
    await vi.advanceTimersByTimeAsync(100)
    await scene.listen(3, 4)
    expect(scene.log.starts).toEqual(LINES)
    await scene.end(3, 4)
    await vi.advanceTimersByTimeAsync(200)
    scene.worker(5).listen('Elsewhere')
    scene.worker(6).listen('Elsewhere')
    await settle()
    expect(scene.log.starts).toEqual([...LINES, 'Elsewhere'])
    await closeScene(scene)
  })

  test('is let go when somebody else tells it to end', async () => {
    const scene = await startScene()
    scene.worker(1).report({ leaving: true })
    await settle()
    expect(scene.dismissed()).toEqual([1])
    await scene.end(1)
    await vi.advanceTimersByTimeAsync(100)
    expect(scene.forked).toHaveLength(3)
    await closeScene(scene)
  })

  test('takes inherited sockets with it when it is the last', async () => {
    const scene = await startScene({ inherited: true })
    await scene.end(2)
    expect(scene.outcome).toBeUndefined()
    scene.worker(1).process.kill('SIGKILL')
    await settle()
    expect(scene.outcome).toEqual(
      new Error('The inherited sockets are closed, for the last worker ended: SIGKILL'),
    )
    await vi.advanceTimersByTimeAsync(60_000)
    expect(scene.forked).toHaveLength(2)
  })
})

describe('a restart', () => {
  test('replaces one worker after another, each when the next one listens', async () => {
    const scene = await startScene()
    scene.pool.restart()
    await settle()
    expect(scene.forked).toHaveLength(3)
    expect(scene.dismissed()).toEqual([])
    await scene.listen(3)
    expect(scene.dismissed()).toEqual([1])
    await vi.advanceTimersByTimeAsync(4000)
    expect(scene.forked).toHaveLength(3)
    await scene.end(1)
    expect(scene.forked).toHaveLength(4)
    await scene.listen(4)
    expect(scene.dismissed()).toEqual([1, 2])
    await scene.end(2)
    expect(scene.log.starts.slice(LINES.length)).toEqual([
      'Worker 3 replaced worker 1',
      'Worker 4 replaced worker 2',
    ])
    expect(scene.log.warnings).toEqual([])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(scene.forked).toHaveLength(4)
    await closeScene(scene)
  })

  test('that is asked for meanwhile comes afterwards, once', async () => {
    const scene = await startScene()
    scene.pool.restart()
    scene.pool.restart()
    scene.pool.restart()
    for (const pid of [3, 4, 5, 6]) {
      await scene.listen(pid)
      await scene.end(pid - 2)
    }
    expect(scene.forked).toHaveLength(6)
    await closeScene(scene)
  })

  test('that is asked for at the start comes when all listen', async () => {
    const scene = new Scene()
    scene.pool.restart()
    await scene.listen(1)
    expect(scene.forked).toHaveLength(2)
    await scene.listen(2)
    expect(scene.forked).toHaveLength(3)
    await closeScene(scene)
  })

  test('is given up when a new worker cannot start', async () => {
    const scene = await startScene()
    scene.pool.restart()
    await settle()
    scene.worker(3).report({ failed: 'No certificate' })
    await scene.end(3)
    expect(scene.log.warnings).toEqual(['Restart given up, the other workers stay: No certificate'])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(scene.forked).toHaveLength(3)
    expect(scene.dismissed()).toEqual([])
    scene.pool.restart()
    await scene.listen(4)
    expect(scene.dismissed()).toEqual([1])
    await closeScene(scene)
  })

  test('leaves a place alone that is about to get a new worker', async () => {
    const scene = await startScene()
    await scene.end(1)
    scene.pool.restart()
    await scene.listen(3)
    expect(scene.dismissed()).toEqual([2])
    await scene.end(2)
    await vi.advanceTimersByTimeAsync(100)
    expect(scene.forked).toHaveLength(4)
    await closeScene(scene)
  })

  test('takes the place of a worker that ends meanwhile', async () => {
    const scene = await startScene()
    scene.pool.restart()
    await scene.end(1)
    await scene.listen(3)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(scene.forked).toHaveLength(4)
    await scene.listen(4)
    expect(scene.dismissed()).toEqual([2])
    await closeScene(scene)
  })

  test('dismisses the successor of a worker that ended meanwhile', async () => {
    const scene = await startScene()
    scene.pool.restart()
    await scene.end(1)
    await vi.advanceTimersByTimeAsync(100)
    await scene.listen(4)
    await scene.listen(3)
    expect(scene.dismissed()).toEqual([4])
    await closeScene(scene)
  })

  test('kills a worker that does not end within the grace period', async () => {
    const scene = await startScene()
    scene.pool.restart()
    await scene.listen(3)
    await vi.advanceTimersByTimeAsync(5999)
    expect(scene.worker(1).history).not.toContain('SIGKILL')
    await vi.advanceTimersByTimeAsync(1)
    expect(scene.worker(1).history).toContain('SIGKILL')
    await closeScene(scene)
  })

  test('ends with the pool', async () => {
    const scene = await startScene()
    scene.pool.restart()
    await settle()
    void scene.pool.close()
    await scene.end(1, 2)
    expect(scene.outcome).toBeUndefined()
    await scene.listen(3)
    await scene.end(3)
    expect(scene.outcome).toBe('closed')
    expect(scene.forked).toHaveLength(3)
  })
})

describe('closing', () => {
  test('bids nobody farewell before all have stopped to accept', async () => {
    const scene = await startScene()
    scene.worker(2).hears = false
    const closed = scene.pool.close()
    await settle()
    expect(scene.forked.map(({ history }) => history)).toEqual([
      ['disconnect', TELL_WHEN_DEAF],
      ['disconnect', TELL_WHEN_DEAF],
    ])
    scene.worker(2).emit('disconnect')
    await settle()
    expect(scene.dismissed()).toEqual([1, 2])
    expect(scene.pool.state).toBe('Draining')
    await scene.end(1, 2)
    await closed
    expect(scene.outcome).toBe('closed')
  })

  test('waits no longer than 500 ms for a worker that is busy', async () => {
    const scene = await startScene()
    scene.worker(1).hears = false
    void scene.pool.close()
    await vi.advanceTimersByTimeAsync(499)
    expect(scene.worker(2).history).not.toContain(FAREWELL)
    await vi.advanceTimersByTimeAsync(1)
    expect(scene.dismissed()).toEqual([1, 2])
    await scene.end(1, 2)
    expect(scene.outcome).toBe('closed')
  })

  test('kills those who do not end within the grace period', async () => {
    const scene = await startScene()
    void scene.pool.close()
    await scene.end(1)
    await vi.advanceTimersByTimeAsync(5999)
    expect(scene.outcome).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1)
    expect(scene.worker(2).history).toContain('SIGKILL')
    expect(scene.outcome).toBe('closed')
  })

  test('comes to an end at once when it is aborted', async () => {
    const scene = await startScene()
    void scene.pool.close()
    scene.pool.abort()
    await settle()
    expect(scene.outcome).toBe('closed')
    expect(scene.forked.map(({ history }) => history.includes('SIGKILL'))).toEqual([true, true])
  })

  test('waits for nobody in the pause before a next worker', async () => {
    const scene = await startScene()
    await scene.end(1, 2)
    void scene.pool.close()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(scene.outcome).toBe('closed')
    expect(scene.forked).toHaveLength(2)
  })

  test('at the start lets the first worker begin, and end', async () => {
    const scene = new Scene()
    void scene.pool.close()
    await scene.listen(1)
    expect(scene.dismissed()).toEqual([1])
    await scene.end(1)
    expect(scene.outcome).toBe('closed')
    expect(scene.log.starts).toEqual([])
  })

  test('at the start is no failure when the first worker cannot begin', async () => {
    const scene = new Scene()
    void scene.pool.close()
    scene.worker(1).report({ failed: 'The port is taken' })
    await scene.end(1)
    expect(scene.outcome).toBe('closed')
  })
})
