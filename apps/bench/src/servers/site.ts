// What every server of the bench offers. It is plain JavaScript once built: Bun and Deno load it too.
import { readFileSync } from 'node:fs'

/** GET /hello */
export const HELLO = 'Hello, world!'
/** GET /large */
export const LARGE: Uint8Array<ArrayBuffer> = new Uint8Array(102_400).fill(0x78)
/** GET /stream: this piece, so many times, each written by itself. */
export const PIECE: Uint8Array<ArrayBuffer> = new Uint8Array(1024).fill(0x78)
export const PIECES = 16

export const TEXT = 'text/plain; charset=utf-8'
export const BINARY = 'application/octet-stream'

/** What the bench says to a server, in its environment. */
interface Told {
  /** Certificate and key as PEM, when it is to speak TLS. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined
  /** The file behind GET /file, which is served whole and in ranges. */
  readonly file: string
}

/** Reads the environment. */
export function told(): Told {
  const { BENCH_CERT: cert, BENCH_KEY: key, BENCH_FILE: file = '' } = process.env
  return { tls: cert === undefined || key === undefined ? undefined : { cert, key }, file }
}

/** Tells the bench, in a line, that the server listens, and ends the process when the bench asks for it or is gone. */
export function announce(port: number, version: string): void {
  console.log(JSON.stringify({ port, version }))
  process.stdin.resume()
  process.stdin.once('end', () => process.exit())
  process.once('SIGTERM', () => process.exit())
}

/** The version of an installed package. */
export function versionOf(name: string): string {
  const manifest = new URL(`../../node_modules/${name}/package.json`, import.meta.url)
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}

/** A range as in `Range: bytes=0-1023`, both ends included; undefined when there is none. */
export function readRange(
  field: string | null | undefined,
): { readonly start: number; readonly end: number } | undefined {
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(field ?? '') ?? []
  return start === undefined ? undefined : { start: Number(start), end: Number(end) }
}
