import { announce, BINARY, readRange, told } from './site.ts'
import { respondTo } from './web-handler.ts'

interface DenoFile {
  readonly readable: ReadableStream<Uint8Array>
  stat(): Promise<{ readonly size: number }>
  seek(offset: number, whence: number): Promise<number>
}
interface DenoHost {
  readonly version: { readonly deno: string }
  open(path: string): Promise<DenoFile>
  serve(
    options: {
      readonly port: number
      readonly hostname: string
      readonly cert?: string
      readonly key?: string
      readonly onListen: (place: { readonly port: number }) => void
    },
    handler: (request: globalThis.Request) => globalThis.Response | Promise<globalThis.Response>,
  ): unknown
}

const { Deno } = globalThis as unknown as { readonly Deno: DenoHost }
const { tls, file } = told()
const FROM_START = 0

function respond(request: globalThis.Request): globalThis.Response | Promise<globalThis.Response> {
  return request.url.endsWith('/file') ? sendFile(request) : respondTo(request)
}

async function sendFile(request: globalThis.Request): Promise<globalThis.Response> {
  const opened = await Deno.open(file)
  const { size } = await opened.stat()
  const range = readRange(request.headers.get('range'))
  const { start, end } = range ?? { start: 0, end: size - 1 }
  if (start > 0) await opened.seek(start, FROM_START)
  const length = end - start + 1
  const headers = { 'Content-Type': BINARY, 'Content-Length': String(length) }
  if (range === undefined) return new globalThis.Response(opened.readable, { headers })
  return new globalThis.Response(opened.readable.pipeThrough(firstOctets(length)), {
    status: 206,
    headers: { ...headers, 'Content-Range': `bytes ${start}-${end}/${size}` },
  })
}

// As the file server of Deno's standard library cuts a range.
function firstOctets(length: number): TransformStream<Uint8Array, Uint8Array> {
  let left = length
  return new TransformStream({
    transform(octets, controller) {
      controller.enqueue(octets.subarray(0, left))
      left -= Math.min(left, octets.length)
      if (left === 0) controller.terminate()
    },
  })
}

Deno.serve(
  {
    port: 0,
    hostname: '127.0.0.1',
    ...tls,
    onListen: ({ port }) => {
      announce(port, Deno.version.deno)
    },
  },
  respond,
)
