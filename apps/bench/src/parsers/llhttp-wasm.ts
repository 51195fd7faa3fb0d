import { createRequire } from 'node:module'
import { countFields, emptyTally } from './driver.ts'
import type { Direction, Driver } from './driver.ts'

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer }
  llhttp_alloc(type: number): number
  llhttp_execute(parser: number, octets: number, length: number): number
  llhttp_get_method(parser: number): number
  llhttp_get_status_code(parser: number): number
  malloc(length: number): number
}
interface WebAssemblyHost {
  Module: new (octets: Uint8Array) => object
  Instance: new (module: object, imports: object) => { readonly exports: Exports }
}

const require = createRequire(import.meta.url)
export const version: string = `undici ${(require('undici/package.json') as { version: string }).version}`

const TYPES: Readonly<Record<Direction, number>> = { request: 1, response: 2 }
const ROOM = 65536

/** llhttp as WebAssembly with SIMD, as undici ships and drives it: octets copied in, spans called back, strings cut from them. */
export function createDriver(direction: Direction): Driver {
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyHost })
    .WebAssembly
  let tally = emptyTally()
  let target = ''
  let reason = ''
  let name = ''
  let value = ''
  let fields: string[] = []
  let memory: Buffer = Buffer.alloc(0)
  let current: Uint8Array = memory
  let room = 0

  const endField = (): void => {
    if (value !== '' || name !== '') fields.push(name, value)
    name = ''
    value = ''
  }
  const text = (at: number, length: number): string => memory.toString('latin1', at, at + length)
  const { exports } = new Instance(
    new Module(require('undici/lib/llhttp/llhttp_simd-wasm.js') as Uint8Array),
    {
      env: {
        wasm_on_message_begin: () => {
          target = ''
          fields = []
          return 0
        },
        wasm_on_url: (_parser: number, at: number, length: number) => {
          target += text(at, length)
          return 0
        },
        wasm_on_status: (_parser: number, at: number, length: number) => {
          reason = text(at, length)
          return 0
        },
        wasm_on_header_field: (_parser: number, at: number, length: number) => {
          if (value !== '') endField()
          name += text(at, length)
          return 0
        },
        wasm_on_header_value: (_parser: number, at: number, length: number) => {
          value += text(at, length)
          return 0
        },
        wasm_on_headers_complete: (parser: number) => {
          endField()
          countFields(tally, fields)
          if (direction === 'request' && (target === '' || exports.llhttp_get_method(parser) < 0)) {
            throw new Error('no request')
          }
          if (
            direction === 'response' &&
            (reason === '' || exports.llhttp_get_status_code(parser) < 100)
          ) {
            throw new Error('no response')
          }
          fields = []
          return 0
        },
        wasm_on_body: (_parser: number, at: number, length: number) => {
          tally.bodyBytes += current.subarray(at - room, at - room + length).length
          return 0
        },
        wasm_on_message_complete: () => {
          endField()
          tally.trailerLines += fields.length / 2
          tally.messages++
          return 0
        },
      },
    },
  )
  const parser = exports.llhttp_alloc(TYPES[direction])
  room = exports.malloc(ROOM)
  memory = Buffer.from(exports.memory.buffer)
  return (pieces) => {
    tally = emptyTally()
    for (const piece of pieces) {
      memory.set(piece, room)
      current = piece
      const code = exports.llhttp_execute(parser, room, piece.length)
      if (code !== 0) throw new Error(`llhttp error ${code}`)
    }
    return tally
  }
}
