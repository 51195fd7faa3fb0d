import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { serveOver } from '../examples/duplex.ts'
import { server as echo } from '../examples/echo.ts'
import { server as upgrade } from '../examples/upgrade.ts'
import { request } from './support/connect.ts'
import { dial } from './support/raw-client.ts'
import { parseResponses } from './support/response-reader.ts'

describe('examples', () => {
  test('echo sends a body back as it comes', async () => {
    const client = await dial(echo.port)
    client.send(request('POST /', 'Transfer-Encoding: chunked', 'Content-Type: text/x'))
    client.send('5\r\nhello\r\n')
    await client.until(() => client.received.includes('hello'))
    client.send('0\r\n\r\n')
    const [answer] = await client.respond()
    expect(answer).toMatchObject({ statusCode: 200, body: 'hello' })
    expect(answer?.fields.get('content-type')).toBe('text/x')
    client.socket.end()
    await echo.close()
  })

  test('upgrade leaves HTTP when it is asked to (RFC 9110 §7.8)', async () => {
    const plain = await dial(upgrade.port)
    plain.send(request('GET /', 'Connection: close'))
    expect(await plain.respond()).toMatchObject([{ statusCode: 426 }])
    plain.socket.end()
    const client = await dial(upgrade.port)
    client.send(`${request('GET /', 'Connection: Upgrade', 'Upgrade: shout')}one `)
    await client.until(() => client.received.endsWith('ONE '))
    client.send('two')
    await client.until(() => client.received.endsWith('ONE TWO'))
    expect(client.received).toMatch(/^HTTP\/1.1 101 Switching Protocols\r\n/)
    client.socket.end()
    expect(await client.ended).toBe('end')
    await upgrade.close()
  })

  test('duplex serves any two streams', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()]
    const connection = serveOver(input, output)
    input.end(request('GET /a') + request('GET /b'))
    let sent = ''
    for await (const octets of output) sent += String(octets)
    expect(parseResponses(sent).map(({ body }) => body)).toEqual([
      'You asked for /a\n',
      'You asked for /b\n',
    ])
    connection.abort()
  })
})
