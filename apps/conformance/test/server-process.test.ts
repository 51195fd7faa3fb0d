import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { startServer } from '../src/server-process.ts'

test('a server that ends before it listens is an error', async () => {
  const program = fileURLToPath(new URL('./support/no-server.mjs', import.meta.url))
  await expect(startServer(program, {})).rejects.toThrow('The server ended before it listened')
})
