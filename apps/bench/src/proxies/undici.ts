// A proxy as it is written by hand on node:http and undici.
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool } from 'undici'
import { announce, versionOf } from '../servers/site.ts'

// What concerns one connection only (RFC 9110 §7.6.1), and what undici writes itself.
const OWN = new Set(['connection', 'keep-alive', 'transfer-encoding', 'te', 'upgrade', 'host'])

const pool = new Pool(process.env['BENCH_UPSTREAM'] ?? '')

function endToEnd(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !OWN.has(name)) kept[name] = value
  }
  return kept
}

async function passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/' } = request
  const hasBody = method !== 'GET' && method !== 'HEAD'
  await pool.stream(
    {
      path: url,
      method,
      headers: endToEnd(request.headers),
      body: hasBody ? request : null,
    },
    ({ statusCode, headers }) => response.writeHead(statusCode, endToEnd(headers)),
  )
}

const server = createServer((request, response) => {
  passOn(request, response).catch(() => response.destroy())
})
server.listen(0, '127.0.0.1', () => {
  announce((server.address() as AddressInfo).port, versionOf('undici'))
})
