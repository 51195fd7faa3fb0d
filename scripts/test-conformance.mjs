// Starts the built server and runs a suite of raw cases against it, each case whole and then octet by octet.
// usage: node scripts/test-conformance.mjs SUITE      (a folder whose run.mjs takes HOST PORT and options)
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root, run } from './stage.mjs'

const [suite] = process.argv.slice(2)
const server = spawn(
  process.execPath,
  ['--enable-source-maps', 'apps/httpserver/dist/main.js', '--port', '0'],
  {
    cwd: root,
    env: { ...process.env, UNKNOWN: '404', TEST_ROUTES: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  },
)
const ended = once(server, 'exit')
let passed = 0
let failed = 0
try {
  const port = await listeningPort()
  for (const delivery of [[], ['--fragment', 'bytes']]) {
    const { output } = await run([
      process.execPath,
      join(suite, 'run.mjs'),
      '127.0.0.1',
      port,
      ...delivery,
    ])
    const counts = /^(\d+) passed, (\d+) failed$/m.exec(output)
    if (counts === null || counts[2] !== '0') console.log(output)
    passed += Number(counts?.[1] ?? 0)
    failed += Number(counts?.[2] ?? 1)
  }
} finally {
  server.kill('SIGTERM')
}
const [code] = await ended
if (code !== 0) console.log(`the server ended with ${code}`)
console.log(`${passed} passed, ${failed + (code === 0 ? 0 : 1)} failed`)
process.exitCode = failed === 0 && code === 0 ? 0 : 1

// The first line that names an address; the rest is read too, so that the pipe does not fill.
async function listeningPort() {
  const lines = createInterface({ input: server.stdout })
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      const port = /http:\/\/\S+?:(\d+)/.exec(line)?.[1]
      if (port !== undefined) resolve(port)
    })
    lines.on('close', () => reject(new Error('the server did not start')))
  })
}
