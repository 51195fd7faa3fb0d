import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import fastify from 'fastify'
import { announce, BINARY, HELLO, LARGE, PIECE, PIECES, TEXT, told, versionOf } from './site.ts'

const { tls } = told()
const application = fastify({ https: tls ?? null })
application.addContentTypeParser(BINARY, { parseAs: 'buffer' }, (_request, body, done) => {
  done(null, body)
})
application.get('/hello', (_request, reply) => reply.type(TEXT).send(HELLO))
application.post('/echo', (request, reply) => reply.type(BINARY).send(request.body))
application.get('/large', (_request, reply) => reply.type(BINARY).send(Buffer.from(LARGE.buffer)))
application.get('/stream', (_request, reply) =>
  reply.type(BINARY).send(Readable.from(Array.from({ length: PIECES }, () => PIECE))),
)
await application.listen({ port: 0, host: '127.0.0.1' })
const { port } = application.server.address() as AddressInfo
announce(port, versionOf('fastify'))
