import { EventEmitter } from 'node:events'
import { FAREWELL, TELL_WHEN_DEAF } from '../../src/workers/messages.ts'
import type { Report } from '../../src/workers/messages.ts'
import type { ForkedProcess } from '../../src/workers/worker-process.ts'

/** A worker as node:cluster gives it, whose life a test decides. */
export class ScriptedProcess extends EventEmitter implements ForkedProcess {
  readonly process: { pid: number | undefined; kill(signal: string): boolean }
  /** What was done to it, in order. */
  readonly history: string[] = []
  /** Whether it answers when it is asked whether it accepts no more. */
  hears = true

  constructor(pid: number | undefined) {
    super()
    this.process = {
      pid,
      kill: (signal) => {
        this.history.push(signal)
        return this.emit('exit', null, signal)
      },
    }
  }

  send(message: string, sent: () => void): boolean {
    this.history.push(message)
    if (message === TELL_WHEN_DEAF && this.hears) queueMicrotask(() => this.report({ deaf: true }))
    sent()
    return true
  }

  disconnect(): void {
    this.history.push('disconnect')
  }

  report(report: Report): void {
    this.emit('message', report)
  }

  listen(...lines: readonly string[]): void {
    this.report({ listening: lines })
  }

  /** Whether it was told to accept no more and then, in that order, to end. */
  get dismissed(): boolean {
    return this.history.join() === ['disconnect', TELL_WHEN_DEAF, FAREWELL].join()
  }

  end(code = 0): void {
    this.emit('exit', code, null)
  }
}
