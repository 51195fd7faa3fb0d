import { describe, expect, test } from 'vitest'
import { response, rig, answer, until } from './support/rig.ts'
import { Client } from '../src/index.ts'

// What keeps the process alive, by kind.
function kept(kind: string): number {
  return process.getActiveResourcesInfo().filter((name) => name === kind).length
}

describe('what keeps the process alive', () => {
  test('is a request, and no idle connection and no timer', async () => {
    const { server, origin } = await rig(answer(response('ok')))
    const client = new Client()
    const sockets = kept('TCPSocketWrap')
    const timers = kept('Timeout')
    const asked = client.request({ origin })
    await server.connection(0)
    const [connection] = server.connections
    connection?.socket.unref()
    expect(kept('TCPSocketWrap')).toBe(sockets + 1)
    const { body } = await asked
    expect(await body.text()).toBe('ok')
    expect(client.connectionCount).toBe(1)
    expect(kept('TCPSocketWrap')).toBe(sockets)
    // Vitest has timers of its own.
    expect(kept('Timeout')).toBeLessThanOrEqual(timers)
    const second = client.request({ origin })
    expect(kept('TCPSocketWrap')).toBe(sockets + 1)
    await (await second).body.bytes()
    expect(kept('TCPSocketWrap')).toBe(sockets)
    await client.close()
    expect(client.connectionCount).toBe(0)
    await connection?.closed
  })

  test('is nothing when close has resolved', async () => {
    const { server, origin } = await rig(answer(response('ok')))
    const sockets = kept('TCPSocketWrap')
    const client = new Client()
    const asked = Array.from({ length: 5 }, async () => {
      const { body } = await client.request({ origin })
      return body.text()
    })
    await Promise.all(asked)
    await client.close()
    for (const { socket } of server.connections) socket.destroy()
    await until(() => kept('TCPSocketWrap') <= sockets)
  })
})
