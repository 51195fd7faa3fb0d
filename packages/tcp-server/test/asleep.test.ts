import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { request } from './support/connect.ts'
import { dial } from './support/raw-client.ts'

const SERVER = `
const { serve } = await import(${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)})
const server = await serve(0, async (request, writer) => {
  // Behind a sweep: only time between two of them is counted.
  for await (const octets of request.body) setTimeout(() => console.log('waiting'), 600)
  writer.respond(200, 'whole')
}, { requestTimeoutMs: 3000 })
console.log(server.port)
let last = performance.now()
setInterval(() => {
  const slept = performance.now() - last > 1000
  last = performance.now()
  // A turn later, when the server has swept.
  if (slept) setImmediate(() => setImmediate(() => console.log('awake')))
}, 50)`

// The system has no such signals elsewhere.
test.runIf(process.platform !== 'win32')(
  'a server that was stopped takes the rest of a request that came when it was awake again',
  async () => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', SERVER], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => {
      child.kill('SIGKILL')
    })
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    const line = async (): Promise<string> => String((await lines.next()).value)
    const port = Number(await line())
    const client = await dial(port)
    client.send(`${request('POST /', 'Content-Length: 2')}a`)
    while ((await line()) !== 'waiting');
    child.kill('SIGSTOP')
    // What is tested is that this time does not count.
    await new Promise((resolve) => {
      setTimeout(resolve, 3500)
    })
    child.kill('SIGCONT')
    while ((await line()) !== 'awake');
    client.send('b')
    expect(await client.respond()).toMatchObject([{ statusCode: 200, body: 'whole' }])
    client.socket.destroy()
  },
)
