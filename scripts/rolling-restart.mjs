// Restarts two servers in turn, again and again, while HAProxy passes requests on to them and other processes keep the processors
// busy. Each request that is not answered with 200 is a loss, and the exit code is 1.
//
//   node scripts/rolling-restart.mjs [--rounds 10] [--busy 3] [--clients 24]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    busy: { type: 'string', default: '3' },
    clients: { type: 'string', default: '24' },
  },
})
const [rounds, busy, clients] = [values.rounds, values.busy, values.clients].map(Number)
const SERVER = fileURLToPath(new URL('../apps/httpserver/dist/main.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'rolling-'))
const CONTROL = join(folder, 'control')
const started = new Set()

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  return port
}

function start(command, parameters, stdout = 'ignore') {
  const child = spawn(command, parameters, { stdio: ['ignore', stdout, 'inherit'] })
  started.add(child)
  child.once('exit', () => started.delete(child))
  child.once('error', (error) => {
    console.error(error.message)
    process.exitCode = 1
  })
  return child
}

async function startServer(port) {
  const child = start(process.execPath, [SERVER, '--port', String(port)], 'pipe')
  await once(child.stdout, 'data')
  // Access lines are read, so that the pipe does not fill.
  child.stdout.resume()
  return child
}

function configuration(front, ports) {
  const servers = ports.map((port, i) => `  server s${i} 127.0.0.1:${port}\n`).join('')
  return `global
  maxconn 4000
  stats socket ${CONTROL}
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  timeout check 5s
  retries 3
  option redispatch
  http-reuse always
frontend front
  bind 127.0.0.1:${front}
  default_backend back
backend back
  balance roundrobin
  option httpchk
  http-check send meth GET uri / ver HTTP/1.1 hdr Host localhost
  http-check expect status 200
  default-server check inter 200ms fall 3 rise 1
${servers}`
}

/** Whether HAProxy takes all servers to be there. */
async function allUp() {
  let table = ''
  for await (const text of connect(CONTROL).setEncoding('latin1').end('show stat\n')) table += text
  return table.match(/^back,s\d,.*,UP,/gm)?.length === 2
}

const agent = new Agent({ keepAlive: true, maxSockets: clients })

/** The status of an answer that came whole, or why there was none. */
function ask(port, number) {
  return new Promise((resolve) => {
    const body = number % 3 === 0 ? 'b'.repeat(200) : undefined
    const method = body === undefined ? 'GET' : 'POST'
    const path = body === undefined ? '/' : '/echo'
    const sent = request({ host: '127.0.0.1', port, method, path, agent }, (response) => {
      response.resume()
      response.once('end', () => resolve(response.complete ? response.statusCode : 'cut'))
      response.once('error', ({ code }) => resolve(code))
    })
    sent.once('error', ({ code }) => resolve(code))
    sent.end(body)
  })
}

const load = { running: true }
const outcomes = new Map()

async function client(port) {
  for (let number = 0; load.running; number++) {
    const outcome = await ask(port, number)
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    // Up to six milliseconds, so that connections idle.
    await pause(number % 7)
  }
}

try {
  const front = await freePort()
  const ports = [await freePort(), await freePort()]
  const servers = await Promise.all(ports.map(startServer))
  const file = join(folder, 'haproxy.cfg')
  writeFileSync(file, configuration(front, ports))
  start('haproxy', ['-db', '-f', file])
  while ((await ask(front, 1)) !== 200 || !(await allUp())) await pause(100)
  for (let i = 0; i < busy; i++) start(process.execPath, ['--eval', 'for (;;);'])
  const crowd = Array.from({ length: clients }, () => client(front))
  for (let round = 1; round <= rounds; round++) {
    for (const [i, port] of ports.entries()) {
      servers[i].kill('SIGTERM')
      const [code] = await once(servers[i], 'exit')
      if (code !== 0) outcomes.set(`exit ${code}`, 1)
      servers[i] = await startServer(port)
      while (!(await allUp())) await pause(100)
    }
    console.log(`round ${round}:`, Object.fromEntries(outcomes))
  }
  load.running = false
  await Promise.all(crowd)
  const answered = outcomes.get(200) ?? 0
  const lost = [...outcomes].filter(([outcome]) => outcome !== 200)
  console.log(`${answered} answered, lost: ${JSON.stringify(Object.fromEntries(lost))}`)
  if (lost.length > 0) process.exitCode = 1
} finally {
  agent.destroy()
  for (const child of started) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
}
