import type { Socket } from 'node:net'
import { afterEach } from 'vitest'
import type { Config } from '../../src/config.ts'
import { startScriptedUpstream } from './scripted-upstream.ts'
import type { ScriptedUpstream } from './scripted-upstream.ts'
import { startTestApplication } from './test-application.ts'
import type { TestApplication } from './test-application.ts'

/** What is stopped after the test. */
export const running: { stop: () => void }[] = []

afterEach(() => {
  for (const server of running.splice(0)) server.stop()
})

/** The program with a scripted upstream behind it. */
export interface Chain {
  readonly application: TestApplication
  readonly upstream: ScriptedUpstream
  readonly port: number
}

/**
 * @param script what the upstream does with the first request of each connection
 * @param path the path in the upstream's URL
 */
export async function chain(
  script: (socket: Socket, head: string) => void,
  changes: Partial<Config> = {},
  path = '',
): Promise<Chain> {
  const upstream = await startScriptedUpstream(script)
  const application = await startTestApplication({
    upstream: new URL(path, upstream.url),
    ...changes,
  })
  running.push(application, upstream)
  return { application, upstream, port: application.port }
}

/** A script that answers with these octets and keeps the connection. */
export function answer(octets: string): (socket: Socket) => void {
  return (socket) => socket.write(octets, 'latin1')
}

export const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
export const PLAIN_OK: (socket: Socket) => void = answer(OK)

/** A request that asks for the connection's end. */
export function get(path: string, fields = ''): string {
  return `GET ${path} HTTP/1.1\r\nHost: client.test\r\n${fields}Connection: close\r\n\r\n`
}
