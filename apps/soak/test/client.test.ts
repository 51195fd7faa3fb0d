import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { Client } from '../src/client.ts'
import { withServer } from './support/site.ts'

const PATIENCE_MS = 5000
const RESPONSE = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'

async function withClient(
  serve: (socket: Socket) => void,
  use: (client: Client) => Promise<void>,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  await withServer(serve, async (port) => {
    const client = await Client.connect(port, patienceMs)
    try {
      await use(client)
    } finally {
      client.destroy()
    }
  })
}

describe('Client', () => {
  test('waits with its octets until the server takes some', async () => {
    const octets = Buffer.alloc(32 * 1024 * 1024)
    let received = 0
    let accept: (socket: Socket) => void = () => undefined
    const accepted = new Promise<Socket>((resolve) => (accept = resolve))
    const serve = (socket: Socket): void => {
      socket.on('data', (piece) => (received += piece.length))
      accept(socket.pause())
    }
    await withClient(serve, async (client) => {
      let sent = false
      const sending = client.sendAll(octets).then(() => (sent = true))
      const server = await accepted
      expect(sent).toBe(false)
      server.resume()
      await sending
      expect(received).toBeGreaterThan(0)
    })
  })

  test('stops waiting with its octets when there is an answer', async () => {
    const serve = (socket: Socket): void => {
      socket.write(RESPONSE)
    }
    await withClient(serve, async (client) => {
      client.expect('POST')
      await client.sendAll(Buffer.alloc(32 * 1024 * 1024))
      expect(client.answered).toBe(true)
      expect((await client.answer()).body.toString()).toBe('hi')
    })
  })

  test('takes no final response for an interim one', async () => {
    const serve = (socket: Socket): void => {
      socket.end(RESPONSE)
    }
    await withClient(serve, async (client) => {
      client.expect('POST')
      await expect(client.interim()).rejects.toThrow(
        'expected an interim response, got a final one',
      )
      await client.answer()
      await expect(client.interim()).rejects.toThrow(
        'expected an interim response, got the end of the connection',
      )
    })
  })

  test('does not take an answer more for the end', async () => {
    const serve = (socket: Socket): void => {
      socket.end(RESPONSE + RESPONSE)
    }
    await withClient(serve, async (client) => {
      client.expect('GET')
      client.expect('GET')
      await client.answer()
      await expect(client.closed()).rejects.toThrow('expected the end, got one more answer')
    })
  })

  test('takes no cut answer for the end', async () => {
    const serve = (socket: Socket): void => {
      socket.end(RESPONSE.slice(0, -1))
    }
    await withClient(serve, async (client) => {
      client.expect('GET')
      await client.firstOctets()
      await expect(client.closed()).rejects.toThrow(
        'got the end of the connection within an answer',
      )
    })
  })

  test('sends nothing when the connection is gone', async () => {
    const serve = (socket: Socket): void => {
      socket.once('data', () => {
        socket.resetAndDestroy()
      })
    }
    await withClient(serve, async (client) => {
      client.send(Buffer.from('first'))
      expect(await client.anyEnd()).toBe('RST')
      client.send(Buffer.from('late'))
      await client.sendAll(Buffer.from('later'))
      expect(client.ended).toBe(true)
    })
  })
})
