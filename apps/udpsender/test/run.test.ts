import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { run } from '../src/run.ts'

let receiver: Socket
let received: string[]

beforeEach(async () => {
  received = []
  receiver = createSocket('udp4')
  receiver.on('message', (octets) => received.push(octets.toString()))
  receiver.bind(0, '127.0.0.1')
  await once(receiver, 'listening')
})

afterEach(() => receiver.close())

function receiverPort(): number {
  const address: AddressInfo = receiver.address()
  return address.port
}

async function datagrams(count: number): Promise<string[]> {
  while (received.length < count) await once(receiver, 'message')
  return received
}

interface Outcome {
  readonly exitCode: number
  readonly output: string
  readonly errors: string
}

async function runWith(commandLine: readonly string[], ...lines: string[]): Promise<Outcome> {
  const input = new PassThrough()
  const output = new PassThrough()
  const errors = new PassThrough()
  input.end(lines.join(''))
  const exitCode = await run(commandLine, { input, output, errors })
  output.end()
  errors.end()
  return { exitCode, output: await text(output), errors: await text(errors) }
}

describe('sending', () => {
  test('sends each line, with its line feed, as one datagram', async () => {
    const outcome = await runWith(['--port', String(receiverPort())], 'first\n', '\n', 'third é\n')
    expect(await datagrams(3)).toEqual(['first\n', '\n', 'third é\n'])
    expect(outcome).toEqual({ exitCode: 0, output: '> > > > \n', errors: '' })
  })

  test('sends a last line that has no line feed', async () => {
    await runWith(['--port', String(receiverPort())], 'only')
    expect(await datagrams(1)).toEqual(['only\n'])
  })

  test('takes a line end of CR LF for one line end', async () => {
    await runWith(['--port', String(receiverPort())], 'a\r\nb\r\n')
    expect(await datagrams(2)).toEqual(['a\n', 'b\n'])
  })

  test('prompts, and sends nothing, when the input is empty', async () => {
    const outcome = await runWith(['--port', String(receiverPort())])
    expect(outcome).toEqual({ exitCode: 0, output: '> \n', errors: '' })
    expect(received).toEqual([])
  })

  test('sends to the host that --host names', async () => {
    await runWith(['--host', '127.0.0.1', '--port', String(receiverPort())], 'there\n')
    expect(await datagrams(1)).toEqual(['there\n'])
  })

  test('sends to an IPv6 address', async () => {
    await runWith(['--host', '::ffff:127.0.0.1', '--port', String(receiverPort())], 'there\n')
    expect(await datagrams(1)).toEqual(['there\n'])
  })
})

describe('errors', () => {
  test('reports a line that is too long for a datagram and goes on with the next', async () => {
    const port = String(receiverPort())
    const outcome = await runWith(['--port', port], `${'x'.repeat(70_000)}\n`, 'next\n')
    expect(await datagrams(1)).toEqual(['next\n'])
    expect(outcome.exitCode).toBe(0)
    expect(outcome.errors).toMatch(
      /^udpsender: send EMSGSIZE.*: a line of 70001 octets is too long for a datagram\n$/,
    )
  })

  test('reports that nobody listens, and goes on', async () => {
    const port = String(receiverPort())
    receiver.close()
    receiver = createSocket('udp4')
    const input = new PassThrough()
    const output = new PassThrough()
    const errors = new PassThrough()
    const exitCode = run(['--port', port], { input, output, errors })
    input.write('a\n')
    const [report] = await once(errors, 'data')
    expect(String(report)).toMatch(
      new RegExp(`^udpsender: .*ECONNREFUSED.*: nobody listens on 127\\.0\\.0\\.1:${port}\n`),
    )
    input.end('b\n')
    expect(await exitCode).toBe(0)
    output.end()
    expect(await text(output)).toBe('> > > \n')
  })

  test('sends the line after one that reached nobody', async () => {
    const port = receiverPort()
    receiver.close()
    const input = new PassThrough()
    const output = new PassThrough()
    const errors = new PassThrough()
    const exitCode = run(['--port', String(port)], { input, output, errors })
    input.write('lost\n')
    await once(errors, 'data')
    // The next one finds somebody, though the system may first tell of another that was lost.
    receiver = createSocket('udp4')
    receiver.on('message', (octets) => received.push(octets.toString()))
    receiver.bind(port, '127.0.0.1')
    await once(receiver, 'listening')
    input.end('found\n')
    expect(await datagrams(1)).toEqual(['found\n'])
    expect(await exitCode).toBe(0)
  })

  test('reports each datagram that reached nobody, and sends those after it', async () => {
    const port = String(receiverPort())
    receiver.close()
    receiver = createSocket('udp4')
    const outcome = await runWith(['--port', port], 'a\n', 'b\n', 'c\n')
    expect(outcome.exitCode).toBe(0)
    const line = `udpsender: (send|recvmsg) ECONNREFUSED.*: nobody listens on 127.0.0.1:${port}`
    expect(outcome.errors).toMatch(new RegExp(`^(${line}\n){2,3}$`))
  })

  test('stops when it is told to, with exit code 0', async () => {
    const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()]
    const stop = new AbortController()
    const commandLine = ['--port', String(receiverPort())]
    const exitCode = run(commandLine, { input, output, errors, stop: stop.signal })
    await once(output, 'data')
    stop.abort()
    expect(await exitCode).toBe(0)
  })

  test('says in one line that its input cannot be read, with exit code 1', async () => {
    const input = new PassThrough()
    const errors = new PassThrough()
    const output = new PassThrough()
    const exitCode = run(['--port', String(receiverPort())], { input, output, errors })
    await once(output, 'data')
    input.destroy(new Error('read EIO'))
    expect(await exitCode).toBe(1)
    expect(await text(errors.end())).toBe('udpsender: read EIO\n')
  })

  test('says in one line that a host has no address, with exit code 1', async () => {
    const outcome = await runWith(['--host', 'nowhere..invalid'], 'a\n')
    expect(outcome.exitCode).toBe(1)
    expect(outcome.output).toBe('')
    expect(outcome.errors).toMatch(/^udpsender: .*nowhere\.\.invalid\n$/)
  })
})

describe('usage', () => {
  test('lists every option with its default', async () => {
    const outcome = await runWith(['--help'])
    expect(outcome.exitCode).toBe(0)
    expect(outcome.errors).toBe('')
    expect(outcome.output).toContain('--host <name>    where to send (default: "localhost")')
    expect(outcome.output).toContain('--port <number>  port to send to (default: 42069)')
  })

  test.each([
    ['a port that is no number', ['--port', 'x'], "'x'"],
    ['a port above 65535', ['--port', '65536'], "'65536'"],
    ['port 0', ['--port', '0'], "'0'"],
    ['a fraction', ['--port', '1.5'], "'1.5'"],
    ['an unknown option', ['--speed'], '--speed'],
    ['an option without its value', ['--host'], '--host'],
    ['an argument', ['words'], 'argument'],
  ] as const)('refuses %s in one line, with exit code 2', async (_title, commandLine, part) => {
    const outcome = await runWith(commandLine)
    expect(outcome.exitCode).toBe(2)
    expect(outcome.output).toBe('')
    expect(outcome.errors).toMatch(/^udpsender: .+\n$/)
    expect(outcome.errors).toContain(part)
  })
})
