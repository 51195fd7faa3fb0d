import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { ask } from './support/http-peer.ts'
import { killPrograms, Program } from './support/program.ts'
import { exchange, RawClient } from './support/raw-client.ts'

afterEach(killPrograms)

async function startListening(
  ...commandLine: string[]
): Promise<{ program: Program; port: number }> {
  // Half the grace period is how long idle connections may still bring a request.
  const flags = ['--port', '0', '--upstream', 'embedded', '--grace-period-ms', '1000']
  const program = new Program([...flags, ...commandLine])
  return { program, port: await program.port() }
}

const FLOOD = 1000

/** Requests whose log takes 7 MB. */
async function flood(port: number, path: string): Promise<void> {
  const target = `${path}?${'a'.repeat(7000)}`
  const request = `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`
  const last = `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`
  await exchange(port, request.repeat(FLOOD - 1) + last)
}

describe('the built program', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'serves until %s, and then leaves with exit code 0',
    async (signal) => {
      const { program, port } = await startListening()
      expect((await ask(port, '/')).text).toContain('<h1>Success!</h1>')
      expect((await ask(port, '/httpbin/get')).status).toBe(200)
      expect((await ask(port, '/video')).status).toBe(200)
      program.kill(signal)
      expect(await program.exit).toEqual([0, null])
      expect(program.output).toMatch(
        /^Listening on http:\/\/localhost:\d+, upstream .*\nGET \/ 200 \d+ [\d.]+ms .*\nGET \/httpbin\/get 200 .*\nGET \/video 200 .*\n$/,
      )
      expect(program.errors).toBe('')
    },
  )

  test('finishes what is in progress when it is told to end', async () => {
    const { program, port } = await startListening()
    const client = new RawClient(port)
    client.send(
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n',
    )
    await client.until(/100 Continue/)
    program.kill('SIGTERM')
    client.send('hello')
    expect(await client.untilClosed()).toMatch(/HTTP\/1\.1 200 OK\r\n[^]*"text":"hello"/)
    expect(await program.exit).toEqual([0, null])
  })

  test('ends at once on a second signal', async () => {
    const { program, port } = await startListening('--grace-period-ms', '60000')
    const client = new RawClient(port)
    client.send(
      'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n',
    )
    await client.until(/100 Continue/)
    program.kill('SIGTERM')
    client.send('h')
    const other = await ask(port, '/').catch(() => undefined)
    expect(other?.status ?? 200).toBe(200)
    // Not so soon that it could be the first one, passed on.
    const again = setInterval(() => program.kill('SIGTERM'), 20)
    expect(await program.exit).toEqual([0, null])
    clearInterval(again)
  })

  test('logs JSON when it is told to', async () => {
    const { program, port } = await startListening('--log', 'json')
    await ask(port, '/echo?a=1')
    program.kill('SIGTERM')
    await program.exit
    const lines = program.output.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { message: expect.stringMatching(/^Listening on /) },
      { method: 'GET', target: '/echo?a=1', status: 200, remote: '127.0.0.1' },
    ])
  })

  test('serves on when nobody reads its log', async () => {
    const { program, port } = await startListening()
    program.stopReading()
    for (let i = 0; i < 5; i++) expect((await ask(port, '/')).status).toBe(200)
    program.kill('SIGTERM')
    expect(await program.exit).toEqual([0, null])
  })

  describe.each([
    ['', []],
    [' with workers', ['--workers', '2']],
  ])('whose log has a reader that has stopped%s', (_title, flags) => {
    test('ends in time with exit code 0', async () => {
      const { program, port } = await startListening(...flags)
      program.stallReading()
      await flood(port, '/')
      program.kill('SIGTERM')
      expect(await program.ended()).toEqual([0, null])
    })
  })

  test.each([
    ['text', /\n(\d+) lines dropped: nobody read them in time\n/, /GET \/\?a+ 200/g],
    ['json', /"message":"(\d+) lines dropped: nobody read them in time"/, /"target":"\/\?a+"/g],
  ])(
    'tells in its log as %s how many lines it has dropped when the reader is back',
    async (form, notice, line) => {
      const { program, port } = await startListening('--log', form)
      program.stallReading()
      await flood(port, '/')
      program.readOn()
      const [, dropped] = await program.printed(notice)
      // A MiB waits here, and a little in the pipe.
      expect(Number(dropped)).toBeGreaterThan(FLOOD / 2)
      await ask(port, '/last')
      await program.printed(/\/last\b/)
      expect(program.output.match(line)).toHaveLength(FLOOD - Number(dropped))
      program.kill('SIGTERM')
      expect(await program.exit).toEqual([0, null])
    },
  )

  test('drops warnings that nobody reads too', async () => {
    const upstream = ['--upstream', 'http://127.0.0.1:9']
    const { program, port } = await startListening(...upstream)
    program.stallReading()
    await flood(port, '/httpbin/get')
    program.readOn()
    await program.printed(/\nhttpserver: \d+ lines dropped: nobody read them in time\n/)
    program.kill('SIGTERM')
    expect(await program.exit).toEqual([0, null])
    expect(program.errors.length).toBeLessThan(4_000_000)
  })

  test('warns of a missing video, and serves', async () => {
    const { program, port } = await startListening('--video', '/nowhere.mp4')
    expect((await ask(port, '/video')).status).toBe(404)
    program.kill('SIGTERM')
    expect(await program.exit).toEqual([0, null])
    expect(program.errors).toMatch(/^httpserver: \/video answers 404: .*nowhere\.mp4.*\n$/)
  })

  test('says in one line that its port is taken, and leaves with exit code 1', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await once(blocker, 'listening')
    const address = blocker.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const program = new Program(['--port', String(port), '--upstream', 'embedded'])
    expect(await program.exit).toEqual([1, null])
    expect(program.errors).toMatch(new RegExp(`^httpserver: .*${port}.*\n$`))
    expect(program.output).toBe('')
    blocker.close()
  })

  test('names the variable that is no address to listen on, and leaves with exit code 1', async () => {
    // As conda and csh set it.
    const HOST = 'x86_64-conda-linux-gnu'
    const program = new Program(['--port', '0'], { environment: { HOST } })
    expect(await program.exit).toEqual([1, null])
    expect(program.errors).toMatch(
      /^httpserver: HOST=x86_64-conda-linux-gnu \(from the environment\) cannot be listened on: [^\n]+; unset it or use --host\n$/,
    )
  })

  test('says in one line what is wrong with a flag, and leaves with exit code 2', async () => {
    const program = new Program(['--port', 'x'])
    expect(await program.exit).toEqual([2, null])
    expect(program.errors).toMatch(/^httpserver: .*--port.*\n$/)
  })

  test('lists its flags', async () => {
    const program = new Program(['--help'])
    expect(await program.exit).toEqual([0, null])
    expect(program.output).toContain('--upstream <url>')
  })
})
