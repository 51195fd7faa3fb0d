import { afterEach } from 'vitest'
import { serve } from '../../src/index.ts'
import type { Handler, Server, ServerOptions } from '../../src/index.ts'
import { READING } from './reading.ts'

const servers: Server[] = []

/** Starts a server that is stopped when the test is over. */
export async function start(handler: Handler, options: ServerOptions = {}): Promise<Server> {
  const server = await serve(0, handler, { ...READING, ...options })
  servers.push(server)
  return server
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.abort()
    await server.close()
  }
})
