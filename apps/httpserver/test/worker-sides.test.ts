import { EventEmitter, once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { FAREWELL, TELL_WHEN_DEAF } from '../src/workers/messages.ts'
import type { Report } from '../src/workers/messages.ts'
import { runPrimary } from '../src/workers/primary.ts'
import type { PrimarySide } from '../src/workers/primary.ts'
import { runWorker } from '../src/workers/worker.ts'
import type { WorkerSide } from '../src/workers/worker.ts'
import { ScriptedProcess } from './support/forked-process.ts'
import { ask } from './support/http-peer.ts'
import { testConfig, TestLog } from './support/test-application.ts'

/** The process of a primary, whose workers and signals a test decides. */
class ScriptedPrimary extends EventEmitter implements PrimarySide {
  readonly commandLines: (readonly string[])[] = []
  readonly workers: ScriptedProcess[] = []

  fork(commandLine: readonly string[]): ScriptedProcess {
    this.commandLines.push(commandLine)
    const worker = new ScriptedProcess(this.workers.length + 1)
    this.workers.push(worker)
    this.emit('forked', worker)
    return worker
  }

  /** The next worker that is forked, when it is. */
  async forked(): Promise<ScriptedProcess> {
    const [worker] = (await once(this, 'forked')) as [ScriptedProcess]
    return worker
  }
}

describe('the primary', () => {
  test('starts workers with its own arguments and its name in Via, restarts them on SIGHUP, ends them on SIGTERM', async () => {
    const side = new ScriptedPrimary()
    const log = new TestLog()
    const upstream = new URL('http://127.0.0.1:9')
    const config = testConfig({ workers: 2, upstream })
    const forked = side.forked()
    const running = runPrimary(config, false, ['--workers', '2'], log, side)
    const first = await forked
    const secondForked = side.forked()
    first.listen('Listening')
    const second = await secondForked
    second.listen('Listening')
    const thirdForked = side.forked()
    await Promise.resolve()
    side.emit('SIGHUP')
    const third = await thirdForked
    expect(log.starts).toEqual(['Listening'])
    expect(side.commandLines).toEqual(
      // All of them are one proxy.
      [1, 2, 3].map(() => ['--workers', '2', '--via', 'rawhttp']),
    )
    process.emit('SIGTERM', 'SIGTERM')
    for (const worker of [first, second, third]) worker.end()
    await expect(running).resolves.toBeUndefined()
  })

  test('leaves the embedded httpbin to the workers, and rejects when the first cannot start', async () => {
    const side = new ScriptedPrimary()
    const forked = side.forked()
    const running = runPrimary(testConfig({ workers: 2 }), false, [], new TestLog(), side)
    const first = await forked
    expect(side.commandLines).toEqual([['--via', 'rawhttp']])
    first.report({ failed: 'no room' })
    await expect(running).rejects.toThrow('no room')
  })
})

/** The process of a worker: what it reports, and what it is told. */
class ScriptedWorker extends EventEmitter implements WorkerSide {
  readonly reports: Report[] = []

  send(message: Report): void {
    this.reports.push(message)
  }
}

describe('a worker', () => {
  test.each([
    ['the farewell', (side: ScriptedWorker) => side.emit('message', FAREWELL)],
    ['the loss of its primary', (side: ScriptedWorker) => side.emit('disconnect')],
  ])('reports where it listens, and closes at %s', async (_what, tell) => {
    const side = new ScriptedWorker()
    expect(await runWorker(testConfig(), [], new TestLog(), side)).toBe(0)
    const [report] = side.reports
    const line = report !== undefined && 'listening' in report ? (report.listening[0] ?? '') : ''
    const port = Number(/:(\d+),/.exec(line)?.[1])
    expect((await ask(port, '/')).status).toBe(200)
    side.emit('message', TELL_WHEN_DEAF)
    side.emit('SIGTERM')
    side.emit('SIGINT')
    side.emit('SIGHUP')
    expect(side.reports.slice(1)).toEqual([{ deaf: true }, { leaving: true }])
    expect((await ask(port, '/')).status).toBe(200)
    tell(side)
    await expect
      .poll(() => ask(port, '/').catch((error: Error) => error.message))
      .toMatch('REFUSED')
  })

  test('reports why it cannot start', async () => {
    const side = new ScriptedWorker()
    const config = testConfig({ host: '192.0.2.1' })
    expect(await runWorker(config, [], new TestLog(), side)).toBe(1)
    expect(side.reports).toMatchObject([{ failed: expect.stringContaining('192.0.2.1') }])
  })
})
