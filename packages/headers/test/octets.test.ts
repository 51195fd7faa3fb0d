import { createContext, runInContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { checkOctets, Headers, isDetached, isUint8Array, parseFieldSection } from '../src/index.ts'

const context = createContext({})
const elsewhere = (code: string): unknown => runInContext(code, context)

/** Takes the memory of `octets` away, as a transfer to a worker or a stream of the host does. */
function detached<Octets extends Uint8Array>(octets: Octets): Octets {
  structuredClone(octets.buffer, { transfer: [octets.buffer as ArrayBuffer] })
  return octets
}

/** Octets in memory that was resized after they were made. */
function resized(bytes: number, view: (memory: ArrayBuffer) => Uint8Array): Uint8Array {
  const Resizable = ArrayBuffer as unknown as new (bytes: number, options: object) => ArrayBuffer
  const memory = new Resizable(8, { maxByteLength: 16 })
  const octets = view(memory)
  ;(memory as unknown as { resize(bytes: number): void }).resize(bytes)
  return octets
}

describe('a Uint8Array', () => {
  const octets: readonly (readonly [title: string, value: unknown])[] = [
    ['of this realm', Uint8Array.of(1)],
    ['that is a Buffer', Buffer.from('a')],
    ['of a subclass', new (class Octets extends Uint8Array {})(1)],
    ['of another realm', elsewhere('Uint8Array.of(1)')],
    ['of a subclass in another realm', elsewhere('new (class extends Uint8Array {})(1)')],
    ['of shared memory', new Uint8Array(new SharedArrayBuffer(1))],
    ['without a prototype', Object.setPrototypeOf(Uint8Array.of(1), null)],
    ['whose tag is another', Object.defineProperty(Uint8Array.of(1), Symbol.toStringTag, {})],
  ]
  test.each(octets)('%s is one', (_title, value) => {
    expect(isUint8Array(value)).toBe(true)
  })

  const others: readonly (readonly [title: string, value: unknown])[] = [
    ['text', 'abc'],
    ['nothing', undefined],
    ['null', null],
    ['a number', 3],
    ['an array', [1]],
    ['an ArrayBuffer', new ArrayBuffer(1)],
    ['a DataView', new DataView(new ArrayBuffer(1))],
    ['a Uint8ClampedArray', new Uint8ClampedArray(1)],
    ['an Int8Array', new Int8Array(1)],
    ['a Uint16Array of another realm', elsewhere('Uint16Array.of(1)')],
    ['an object with its tag', { [Symbol.toStringTag]: 'Uint8Array', length: 1, 0: 1 }],
    ['an object with its prototype', Object.create(Uint8Array.prototype)],
    ['its prototype', Uint8Array.prototype],
    ['a proxy of one', new Proxy(Uint8Array.of(1), {})],
  ]
  test.each(others)('%s is none', (_title, value) => {
    expect(isUint8Array(value)).toBe(false)
    expect(() => {
      checkOctets(value)
    }).toThrow(`Octets: expected a Uint8Array, got a value of type ${typeof value}`)
  })

  test('is detached when its memory was transferred, or shrunk until it no longer fits', () => {
    expect(isDetached(new Uint8Array(0))).toBe(false)
    expect(isDetached(Uint8Array.of(0))).toBe(false)
    expect(isDetached(detached(Uint8Array.of(1)))).toBe(true)
    expect(isDetached(resized(7, (memory) => new Uint8Array(memory, 4, 4)))).toBe(true)
    expect(isDetached(resized(0, (memory) => new Uint8Array(memory)))).toBe(false)
    expect(() => {
      checkOctets(detached(Uint8Array.of(1)))
    }).toThrow('Octets: expected a Uint8Array, got one whose memory was transferred')
  })
})

describe('field lines', () => {
  const LIMITS = { maxSectionBytes: 100, maxFieldLines: 10 }

  test('are read from octets of another realm', () => {
    const octets = elsewhere(
      `Uint8Array.from('A: 1\\r\\n\\r\\n', (character) => character.charCodeAt(0))`,
    ) as Uint8Array
    const headers = new Headers()
    expect(headers.parse(octets)).toEqual({ consumed: 6, done: false })
    expect(parseFieldSection(octets, 0, octets.length, headers, LIMITS)).toBe(8)
    expect(headers.getAll('a')).toEqual(['1', '1'])
  })

  test.each([
    ['text', 'A: 1\r\n\r\n'],
    ['an array', [0x0d, 0x0a]],
    ['octets whose memory was transferred', detached(Uint8Array.of(0x0d, 0x0a))],
  ])('are not read from %s', (_title, given) => {
    const octets = given as Uint8Array
    const code = expect.objectContaining({ code: 'ERR_OCTETS' })
    expect(() => new Headers().parse(octets)).toThrow(code)
    expect(() => parseFieldSection(octets, 0, 2, new Headers(), LIMITS)).toThrow(code)
  })
})
