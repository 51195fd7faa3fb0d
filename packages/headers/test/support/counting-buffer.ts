// Reading cannot be counted in a Uint8Array itself, whose elements are no properties that a subclass could intercept. So the reader
// is given something that looks like a ReceiveBuffer: the memory behind a Proxy that counts each index that is read, and a view that
// counts four for each word. Both are exact and deterministic - no clock is asked - but slow, so inputs are a few KiB at most.
import { ReceiveBuffer } from '../../src/index.ts'

/** A ReceiveBuffer that knows how many octets were read from it. */
export class CountingBuffer {
  readonly octets: Uint8Array
  readonly view: DataView
  /** Octets read so far, each as often as it was read. */
  octetsRead = 0
  readonly #buffer: ReceiveBuffer

  /** @param room octets there will be at most: the memory must not move */
  constructor(room: number) {
    this.#buffer = new ReceiveBuffer(room)
    const { view } = this.#buffer
    this.octets = new Proxy(this.#buffer.octets, {
      get: (memory, key) => {
        if (typeof key === 'string' && /^\d+$/.test(key)) this.octetsRead++
        return Reflect.get(memory, key, memory)
      },
    })
    this.view = new Proxy(view, {
      get: (_, key) => {
        if (key !== 'getInt32') throw new TypeError(`not counted: ${String(key)}`)
        return (position: number, littleEndian: boolean) => {
          this.octetsRead += 4
          return view.getInt32(position, littleEndian)
        }
      },
    })
  }

  get end(): number {
    return this.#buffer.end
  }

  append(source: Uint8Array, start: number, end: number): void {
    this.#buffer.append(source, start, end)
  }

  /** The memory as a string, uncounted. */
  text(): string {
    return String.fromCharCode(...this.#buffer.octets.subarray(0, this.#buffer.end))
  }

  /** What the reader's signature asks for; of it the reader uses what stands above. */
  asReceiveBuffer(): ReceiveBuffer {
    return this as unknown as ReceiveBuffer
  }
}
