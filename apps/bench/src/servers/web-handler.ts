// Bun and Deno speak the same language of requests and responses, but for files.
import { BINARY, HELLO, LARGE, PIECE, PIECES, TEXT } from './site.ts'

/** Answers all but files. */
export function respondTo(
  request: globalThis.Request,
): globalThis.Response | Promise<globalThis.Response> {
  switch (new URL(request.url).pathname) {
    case '/hello':
      return new globalThis.Response(HELLO, { headers: { 'Content-Type': TEXT } })
    case '/echo':
      return echo(request)
    case '/large':
      return new globalThis.Response(LARGE, { headers: { 'Content-Type': BINARY } })
    case '/stream':
      return new globalThis.Response(stream(), { headers: { 'Content-Type': BINARY } })
    default:
      return new globalThis.Response(null, { status: 404 })
  }
}

async function echo(request: globalThis.Request): Promise<globalThis.Response> {
  return new globalThis.Response(await request.arrayBuffer(), {
    headers: { 'Content-Type': BINARY },
  })
}

function stream(): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      for (let i = 0; i < PIECES; i++) controller.enqueue(PIECE)
      controller.close()
    },
  })
}
