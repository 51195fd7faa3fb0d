import { Agent, createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { announce, versionOf } from '../servers/site.ts'

interface Proxy {
  web(request: IncomingMessage, response: ServerResponse): void
  on(event: 'error', listener: () => void): void
}
interface ProxyLibrary {
  createProxyServer(options: { readonly target: string; readonly agent: Agent }): Proxy
}

const require = createRequire(import.meta.url)
const library = require('http-proxy') as ProxyLibrary

// Without an agent that keeps connections it would make one for each request.
const proxy = library.createProxyServer({
  target: process.env['BENCH_UPSTREAM'] ?? '',
  agent: new Agent({ keepAlive: true }),
})
proxy.on('error', () => {})

const server = createServer((request, response) => {
  proxy.web(request, response)
})
server.listen(0, '127.0.0.1', () => {
  announce((server.address() as AddressInfo).port, versionOf('http-proxy'))
})
