import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { answerOf, endChild, startChild } from '../system/children.ts'
import type { RoundAnswer, RoundOrder, WorkKind } from './work.ts'

const PROGRAM = fileURLToPath(new URL('../../dist/work/work-process.js', import.meta.url))

/** A contender in its process, seen from the bench. */
export class WorkClient {
  readonly version: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, version: string) {
    this.#child = child
    this.version = version
  }

  /** @param node the Node to run it. @throws when it cannot be loaded */
  static async start(kind: WorkKind, worker: string, node: string): Promise<WorkClient> {
    const child = await startChild(node, [PROGRAM, kind, worker], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const { version } = (await answerOf(child)) as { version: string }
    return new WorkClient(child, version)
  }

  /** Nanoseconds of CPU time for a message. @throws when the work is not done as it must be */
  async round(order: RoundOrder): Promise<number> {
    const answered = answerOf(this.#child)
    this.#child.send(order)
    const answer = (await answered) as RoundAnswer
    if ('reason' in answer) throw new Error(answer.reason)
    return answer.ns
  }

  end(): Promise<void> {
    return endChild(this.#child)
  }
}
