import { announce, BINARY, readRange, told } from './site.ts'
import { respondTo } from './web-handler.ts'

interface BunFile extends Blob {
  readonly size: number
}
interface BunHost {
  readonly version: string
  file(path: string): BunFile
  serve(options: {
    readonly port: number
    readonly hostname: string
    readonly tls?: { readonly cert: string; readonly key: string }
    readonly fetch: (
      request: globalThis.Request,
    ) => globalThis.Response | Promise<globalThis.Response>
  }): { readonly port: number }
}

const { Bun } = globalThis as unknown as { readonly Bun: BunHost }
const { tls, file } = told()

function respond(request: globalThis.Request): globalThis.Response | Promise<globalThis.Response> {
  return request.url.endsWith('/file') ? sendFile(request) : respondTo(request)
}

function sendFile(request: globalThis.Request): globalThis.Response {
  const whole = Bun.file(file)
  const range = readRange(request.headers.get('range'))
  if (range === undefined)
    return new globalThis.Response(whole, { headers: { 'Content-Type': BINARY } })
  const { start, end } = range
  return new globalThis.Response(whole.slice(start, end + 1), {
    status: 206,
    headers: { 'Content-Type': BINARY, 'Content-Range': `bytes ${start}-${end}/${whole.size}` },
  })
}

const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  ...(tls === undefined ? {} : { tls }),
  fetch: respond,
})
announce(server.port, Bun.version)
