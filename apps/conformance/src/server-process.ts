import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { endWithProcess } from './children.ts'

/** The server while it runs. */
export interface ServerProcess {
  readonly port: number
  /** Asks it to end, and makes it when it does not. @returns its exit code; null when it had to be made */
  stop(): Promise<number | null>
}

const PATIENCE_MS = 20_000

/**
 * Starts `program` on a free port, and waits until it says where it listens.
 *
 * @throws when it ends before
 */
export async function startServer(
  program: string,
  environment: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', program, '--port', '0', '--upstream', 'embedded'],
    { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  endWithProcess(child)
  const kill = child.kill.bind(child, 'SIGKILL')
  const ended = once(child, 'exit') as Promise<[number | null]>
  const stop = async (): Promise<number | null> => {
    const limit = setTimeout(kill, PATIENCE_MS)
    child.kill('SIGTERM')
    const [code] = await ended
    clearTimeout(limit)
    return code
  }
  const limit = setTimeout(kill, PATIENCE_MS)
  try {
    return { port: await listeningPort(child.stdout), stop }
  } finally {
    clearTimeout(limit)
  }
}

// From the first line that names an address. The rest is read too, so that the pipe does not fill.
function listeningPort(output: Readable): Promise<number> {
  const lines = createInterface({ input: output })
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      const port = /http:\/\/\S+?:(\d+)/.exec(line)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
    lines.on('close', () => reject(new Error('The server ended before it listened')))
  })
}
