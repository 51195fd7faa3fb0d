import { Headers } from '@rawhttp/headers'
import type { ResponseWriter } from '@rawhttp/response-writer'
import { respondPlain } from '../plain-response.ts'
import type { Route } from '../route.ts'

/** Routes for the suites that test the server from outside: each brings about one thing that no other route does. */
export const TEST_ROUTES: readonly Route[] = [
  // Any status code, without a body.
  {
    pattern: '/status/:code([2-5]\\d\\d)',
    methods: { allBut: ['OPTIONS', 'TRACE'] },
    handler: (_request, writer, { path }) => writer.respond(Number(path.split('/')[2])),
  },
  // Leaves the request's body unread.
  {
    pattern: '/unread',
    methods: { allBut: ['OPTIONS', 'TRACE'] },
    handler: (_request, writer) => respondPlain(writer, 200),
  },
  {
    pattern: '/get-only',
    methods: ['GET'],
    handler: (_request, writer) => respondPlain(writer, 200),
  },
  // Fails before the head, which can still be a 500, and behind it, which can only be a cut.
  { pattern: '/test/throw', methods: { allBut: [] }, handler: failAtOnce },
  {
    pattern: '/test/throw-late',
    methods: { allBut: [] },
    handler: (_request, writer) => failLate(writer),
  },
]

function failAtOnce(): never {
  throw new Error('The handler of /test/throw always fails')
}

function failLate(writer: ResponseWriter): never {
  writer.writeStatusLine(200)
  writer.writeHeaders(new Headers([['Content-Type', 'text/plain']]))
  writer.writeChunkedBody('The first part, and no more.\n')
  throw new Error('The handler of /test/throw-late always fails')
}
