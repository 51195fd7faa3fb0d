import { createServer as createSecureServer } from 'node:https'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { announce, BINARY, HELLO, LARGE, PIECE, PIECES, told, versionOf } from './site.ts'

const { tls } = told()
const application = new Hono()
application.get('/hello', (context) => context.text(HELLO))
application.post('/echo', async (context) =>
  context.body(await context.req.arrayBuffer(), 200, { 'Content-Type': BINARY }),
)
application.get('/large', (context) => context.body(LARGE, 200, { 'Content-Type': BINARY }))
application.get('/stream', (context) => {
  const pieces = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let i = 0; i < PIECES; i++) controller.enqueue(PIECE)
      controller.close()
    },
  })
  return context.body(pieces, 200, { 'Content-Type': BINARY })
})

const secure = tls === undefined ? {} : { createServer: createSecureServer, serverOptions: tls }
serve({ fetch: application.fetch, port: 0, hostname: '127.0.0.1', ...secure }, ({ port }) => {
  announce(port, versionOf('@hono/node-server'))
})
