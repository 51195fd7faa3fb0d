import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { answerOf, endChild, startChild } from '../system/children.ts'
import type { Load, LoadAnswer, LoadOrder, LoadResult, Span } from './load.ts'

const PROGRAM = fileURLToPath(new URL('../../dist/load/load-process.js', import.meta.url))

/** The load generator, seen from the bench. */
export class LoadClient {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  static async start(): Promise<LoadClient> {
    return new LoadClient(
      await startChild(process.execPath, [PROGRAM], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      }),
    )
  }

  /** Looks whether the server answers as it must, and connects to it. @throws when it does not */
  async open(load: Load): Promise<void> {
    await this.#ask({ kind: 'open', load })
  }

  /** Sends requests over what is open. @throws when a response is not what it must be */
  async run(span: Span): Promise<LoadResult> {
    const answer = await this.#ask({ kind: 'run', span })
    if (answer.kind !== 'ran') throw new Error(`expected a result, got ${answer.kind}`)
    return answer.result
  }

  /** Closes what is open. */
  async close(): Promise<void> {
    await this.#ask({ kind: 'close' })
  }

  /** Ends the process. */
  end(): Promise<void> {
    return endChild(this.#child)
  }

  async #ask(order: LoadOrder): Promise<LoadAnswer> {
    const answered = answerOf(this.#child)
    this.#child.send(order)
    const answer = (await answered) as LoadAnswer
    if (answer.kind === 'failed') throw new Error(answer.reason)
    return answer
  }
}
