import { INCOMPLETE, latin1Slice } from '@rawhttp/headers'
import type { ReceiveBuffer } from '@rawhttp/headers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ChunkedDecoder, LengthDecoder, OctetIntake } from '../src/index.ts'
import type { BodyDecoder } from '../src/index.ts'
import type { HeadReader } from '../src/index.ts'

const octetsOf = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text, (character) => character.charCodeAt(0))
const textOf = (octets: Uint8Array | undefined): string | undefined =>
  octets === undefined ? undefined : latin1Slice(octets, 0, octets.length)

/** A head that ends with "!"; it reads on where it stopped, as the readers of the parsers do. */
class ShoutReader implements HeadReader<string> {
  #position = 0

  read({ octets, end }: ReceiveBuffer, base: number): number {
    let position = base + this.#position
    while (position < end && octets[position] !== 0x21) position++
    this.#position = position - base
    return position === end ? INCOMPLETE : position + 1
  }

  take({ octets }: ReceiveBuffer, base: number, end: number): string {
    this.#position = 0
    return latin1Slice(octets, base, end)
  }
}

const HEAD = 'hey!'

describe('heads', () => {
  test('are taken from the piece that has them, one after the other', () => {
    const intake = new OctetIntake(16)
    const reader = new ShoutReader()
    expect(intake.readHead(reader)).toBe(undefined)
    intake.push(octetsOf('one!two!thr'))
    expect(intake.readHead(reader)).toBe('one!')
    expect(intake.messageBytes).toBe(4)
    expect(intake.readHead(reader)).toBe('two!')
    expect(intake.readHead(reader)).toBe(undefined)
    expect([intake.empty, intake.heldBytes]).toEqual([true, 3])
    intake.push(octetsOf('ee!four!'))
    expect(intake.readHead(reader)).toBe('three!')
    expect(intake.messageBytes).toBe(6)
    expect(intake.readHead(reader)).toBe('four!')
    expect(intake.heldBytes).toBe(0)
  })

  test('are whole when the window in which they are read ends in them', () => {
    const intake = new OctetIntake(16)
    const reader = new ShoutReader()
    const long = `${'x'.repeat(1500)}!`
    intake.push(octetsOf(long.repeat(4)))
    expect(Array.from({ length: 5 }, () => intake.readHead(reader))).toEqual([
      ...Array.from({ length: 4 }, () => long),
      undefined,
    ])
  })

  test('are whole when they are longer than that window', () => {
    const intake = new OctetIntake(16)
    const reader = new ShoutReader()
    const long = `${'x'.repeat(9000)}!`
    intake.push(octetsOf(`${HEAD}${long}${HEAD}`))
    expect(Array.from({ length: 3 }, () => intake.readHead(reader))).toEqual([HEAD, long, HEAD])
  })

  test('are whole in whatever pieces they come, pushed before or after they are asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.boolean()), { maxLength: 40 }),
        (steps) => {
          const intake = new OctetIntake(4)
          const reader = new ShoutReader()
          const heads = ['a!', 'bcdef!', `${'g'.repeat(30)}!`, '!', `${'h'.repeat(5)}!`]
          const text = heads.join('')
          const taken: string[] = []
          const take = (): void => {
            for (let head = intake.readHead(reader); head !== undefined;) {
              taken.push(head)
              head = intake.readHead(reader)
            }
          }
          let sent = 0
          for (const [count, asked] of [...steps, [text.length, true] as const]) {
            intake.push(octetsOf(text.slice(sent, sent + count)))
            sent += count
            if (asked) take()
          }
          expect(taken).toEqual(heads)
          expect(intake.heldBytes).toBe(0)
        },
      ),
    )
  })

  test('are read anew from memory that is pushed again with other content', () => {
    const intake = new OctetIntake(16)
    const reader = new ShoutReader()
    const piece = octetsOf('one!')
    intake.push(piece)
    expect(intake.readHead(reader)).toBe('one!')
    piece.set(octetsOf('two!'))
    intake.push(piece)
    expect(intake.readHead(reader)).toBe('two!')
    intake.push(octetsOf('x!'))
    piece.set(octetsOf('abc!'))
    intake.push(piece)
    expect([intake.readHead(reader), intake.readHead(reader)]).toEqual(['x!', 'abc!'])
  })

  test('are taken while more is pushed behind them, each time before all was asked for', () => {
    const intake = new OctetIntake(4)
    const reader = new ShoutReader()
    intake.push(octetsOf('a!b!'))
    const taken: (string | undefined)[] = []
    for (const head of ['c!', 'd!', 'e!', 'f!']) {
      taken.push(intake.readHead(reader))
      intake.push(octetsOf(head))
    }
    taken.push(intake.readHead(reader), intake.readHead(reader), intake.readHead(reader))
    expect(taken).toEqual(['a!', 'b!', 'c!', 'd!', 'e!', 'f!', undefined])
  })

  test('leave no large buffer behind', () => {
    const intake = new OctetIntake(4)
    const reader = new ShoutReader()
    for (const count of [1, 1000]) {
      intake.push(octetsOf('x'.repeat(count)))
      expect(intake.readHead(reader)).toBe(undefined)
      intake.push(octetsOf('!'))
      expect(intake.readHead(reader)).toBe(`${'x'.repeat(count)}!`)
      expect(intake.heldBytes).toBe(0)
    }
  })
})

// What is read of a body next, or undefined.
function contentOf(intake: OctetIntake, decoder: BodyDecoder): Uint8Array | undefined {
  if (!intake.readBody(decoder)) return undefined
  const { contentSource, contentStart, contentEnd } = intake
  expect(intake.content).toEqual(contentSource.subarray(contentStart, contentEnd))
  expect(intake.content).toBe(intake.content)
  return intake.content
}

describe('bodies', () => {
  const decoderOf = (length: number): LengthDecoder => {
    const decoder = new LengthDecoder()
    decoder.begin(length)
    return decoder
  }

  test('are pointed at, and leave what is behind them', () => {
    const intake = new OctetIntake(16)
    const decoder = decoderOf(5)
    const piece = octetsOf(`${HEAD}hello${HEAD}`)
    intake.push(piece)
    intake.readHead(new ShoutReader())
    const content = contentOf(intake, decoder)
    expect(textOf(content)).toBe('hello')
    expect(content?.buffer).toBe(piece.buffer)
    expect(intake.messageBytes).toBe(9)
    expect(contentOf(intake, decoder)).toBe(undefined)
    expect(textOf(intake.takeRemaining())).toBe(HEAD)
    expect(intake.empty).toBe(true)
  })

  test('are read past their framing (RFC 9112 §7.1)', () => {
    const intake = new OctetIntake(16)
    const decoder = new ChunkedDecoder({
      maxBodyBytes: 9,
      maxChunkExtensionBytes: 9,
      maxTrailerSectionBytes: 9,
      maxFieldLines: 9,
    })
    intake.push(octetsOf('5\r\n'))
    expect(contentOf(intake, decoder)).toBe(undefined)
    expect([intake.empty, intake.messageBytes]).toEqual([true, 3])
    intake.push(octetsOf('hello\r\n0\r\n\r\nnext'))
    expect(textOf(contentOf(intake, decoder))).toBe('hello')
    expect(contentOf(intake, decoder)).toBe(undefined)
    expect([decoder.complete, intake.messageBytes, intake.heldBytes]).toEqual([true, 15, 4])
  })

  test('are found run by run in one piece (RFC 9112 §7.1)', () => {
    const intake = new OctetIntake(16)
    const decoder = new ChunkedDecoder({
      maxBodyBytes: 99,
      maxChunkExtensionBytes: 9,
      maxTrailerSectionBytes: 9,
      maxFieldLines: 9,
    })
    intake.push(octetsOf('5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n'))
    const runs = [1, 2].map(() => contentOf(intake, decoder)).map(textOf)
    expect(runs).toEqual(['hello', ' world'])
  })

  test('are forgotten when they are dropped', () => {
    const intake = new OctetIntake(16)
    intake.push(octetsOf('hello'))
    intake.readBody(decoderOf(3))
    intake.dropContent()
    expect([intake.content.length, intake.contentSource.length]).toEqual([0, 0])
    expect([intake.contentStart, intake.contentEnd]).toEqual([0, 0])
  })

  test('are the piece itself where they fill it', () => {
    const intake = new OctetIntake(16)
    const piece = octetsOf('hello')
    intake.push(piece)
    expect(contentOf(intake, decoderOf(10))).toBe(piece)
  })

  test('are copied out of octets that were joined, and stay as they are', () => {
    const intake = new OctetIntake(2)
    const decoder = decoderOf(100)
    intake.push(octetsOf('hel'))
    intake.push(octetsOf('lo'))
    const content = contentOf(intake, decoder)
    intake.push(octetsOf('wor'))
    intake.push(octetsOf('ld'))
    expect(textOf(contentOf(intake, decoder))).toBe('world')
    expect(textOf(content)).toBe('hello')
    expect(contentOf(intake, decoder)).toBe(undefined)
  })

  test('are copied when their memory is to be used again, and only what has not been read', () => {
    const intake = new OctetIntake(16)
    const reader = new ShoutReader()
    const piece = octetsOf(`${HEAD}hello${HEAD}`)
    intake.push(piece)
    intake.readHead(reader)
    contentOf(intake, decoderOf(2))
    intake.releaseMemory()
    piece.fill(0x78)
    expect(intake.heldBytes).toBe(7)
    expect(textOf(contentOf(intake, decoderOf(3)))).toBe('llo')
    expect([intake.readHead(reader), intake.empty]).toEqual([HEAD, true])
    intake.releaseMemory()
    expect(intake.heldBytes).toBe(0)
  })

  test('are copied no second time when they were joined', () => {
    const intake = new OctetIntake(16)
    const [first, second] = [octetsOf('hel'), octetsOf('lo')]
    intake.push(first)
    intake.push(second)
    intake.releaseMemory()
    first.fill(0x78)
    second.fill(0x78)
    expect(textOf(contentOf(intake, decoderOf(5)))).toBe('hello')
  })

  test('make room in joined octets when most of them were read', () => {
    const intake = new OctetIntake(4)
    intake.push(octetsOf('abc'))
    intake.push(octetsOf('def'))
    expect(textOf(contentOf(intake, decoderOf(5)))).toBe('abcde')
    intake.push(octetsOf('ghi'))
    expect(intake.heldBytes).toBe(4)
    expect(textOf(intake.takeRemaining())).toBe('fghi')
  })
})

describe('memory', () => {
  test('is let go when all of it was read, and only then', () => {
    const intake = new OctetIntake(16)
    const reader = new ShoutReader()
    intake.push(octetsOf('one!two!'))
    intake.readHead(reader)
    intake.rest()
    expect(intake.readHead(reader)).toBe('two!')
    intake.rest()
    expect([intake.empty, intake.heldBytes, intake.takeRemaining().length]).toEqual([true, 0, 0])
    intake.push(octetsOf('three!'))
    expect(intake.readHead(reader)).toBe('three!')
  })

  test('is cleared of what was not read, and of what was held', () => {
    const intake = new OctetIntake(16)
    intake.push(octetsOf('one!two'))
    intake.readHead(new ShoutReader())
    intake.readHead(new ShoutReader())
    intake.push(octetsOf('more'))
    expect(intake.heldBytes).toBe(7)
    intake.clear()
    expect([intake.empty, intake.heldBytes]).toEqual([true, 0])
  })

  test('that is none is the caller’s fault', () => {
    const intake = new OctetIntake(16)
    // @ts-expect-error what a caller without types may hand over
    expect(() => intake.push('text')).toThrow(
      'Octets: expected a Uint8Array, got a value of type string',
    )
  })
})

describe('memory that was transferred or shrunk before it was read', () => {
  const lost = expect.objectContaining({ code: 'ERR_OCTETS' })
  const Resizable = ArrayBuffer as unknown as new (bytes: number, options: object) => ArrayBuffer
  const ways: readonly (readonly [
    title: string,
    make: (text: string) => { octets: Uint8Array; lose: () => void },
  ])[] = [
    [
      'transferred',
      (text) => {
        const octets = octetsOf(text)
        return { octets, lose: () => structuredClone(0, { transfer: [octets.buffer] }) }
      },
    ],
    [
      'shrunk below its end',
      (text) => {
        const memory = new Resizable(text.length, { maxByteLength: 9000 })
        const octets = new Uint8Array(memory)
        octets.set(octetsOf(text))
        return { octets, lose: () => (memory as unknown as { resize(n: number): void }).resize(1) }
      },
    ],
  ]
  describe.each(ways)('%s', (_title, make) => {
    test('is an error of the caller wherever a head begins', () => {
      for (const text of ['hey!', 'he', `${'x'.repeat(3000)}!`]) {
        const intake = new OctetIntake(16)
        const { octets, lose } = make(text)
        intake.push(octets)
        lose()
        expect(() => intake.readHead(new ShoutReader())).toThrow(lost)
      }
    })

    test('is none of the caller once it was read', () => {
      const intake = new OctetIntake(16)
      const decoder = new LengthDecoder()
      decoder.begin(8)
      const { octets, lose } = make('read')
      intake.push(octets)
      expect(intake.readBody(decoder)).toBe(true)
      lose()
      expect(intake.readBody(decoder)).toBe(false)
      expect(intake.takeRemaining()).toEqual(new Uint8Array(0))
      intake.releaseMemory()
      intake.push(octetsOf('more'))
      expect(intake.readBody(decoder)).toBe(true)
      expect(textOf(intake.content)).toBe('more')
    })

    test('is an error of the caller in the rest of a head', () => {
      const intake = new OctetIntake(16)
      const reader = new ShoutReader()
      intake.push(octetsOf('he'))
      intake.readHead(reader)
      const { octets, lose } = make('y!body')
      intake.push(octets)
      lose()
      expect(() => intake.readHead(reader)).toThrow(lost)
    })

    test('is an error of the caller in a body, in its framing as in its content', () => {
      const limits = {
        maxBodyBytes: 100,
        maxChunkExtensionBytes: 10,
        maxTrailerSectionBytes: 10,
        maxFieldLines: 1,
      }
      const length = new LengthDecoder()
      length.begin(9)
      for (const decoder of [length, new ChunkedDecoder(limits)]) {
        const intake = new OctetIntake(16)
        const { octets, lose } = make('3\r\nabc\r\n0\r\n\r\n')
        intake.push(octets)
        lose()
        expect(() => intake.readBody(decoder)).toThrow(lost)
        expect(() => intake.readBody(decoder)).toThrow(lost)
      }
    })

    test('is an error of the caller when content is asked for, or what was not read', () => {
      const intake = new OctetIntake(16)
      const decoder = new LengthDecoder()
      decoder.begin(4)
      const { octets, lose } = make('bodyrest')
      intake.push(octets)
      expect(intake.readBody(decoder)).toBe(true)
      lose()
      expect(() => intake.content).toThrow(lost)
      expect(() => {
        intake.releaseMemory()
      }).toThrow(lost)
      expect(() => intake.takeRemaining()).toThrow(lost)
    })
  })

  test('is an error of the caller already when it is handed over', () => {
    const octets = octetsOf('hey!')
    structuredClone(0, { transfer: [octets.buffer] })
    expect(() => {
      new OctetIntake(16).push(octets)
    }).toThrow('Octets: expected a Uint8Array, got one whose memory was transferred')
  })
})

describe('memory that others change', () => {
  test('gives no more content than was handed over, also when it grows', () => {
    const Growable = SharedArrayBuffer as unknown as new (n: number, o: object) => SharedArrayBuffer
    const memory = new Growable(4, { maxByteLength: 100 })
    const octets = new Uint8Array(memory)
    octets.set(octetsOf('body'))
    const intake = new OctetIntake(16)
    const decoder = new LengthDecoder()
    decoder.begin(100)
    intake.push(octets)
    ;(memory as unknown as { grow(bytes: number): void }).grow(50)
    expect(intake.readBody(decoder)).toBe(true)
    expect(textOf(Uint8Array.from(intake.content))).toBe('body')
    expect(intake.messageBytes).toBe(4)
  })

  test('does not change a head that has been looked at', () => {
    const octets = new Uint8Array(new SharedArrayBuffer(12))
    octets.set(octetsOf('one!two!thre'))
    const intake = new OctetIntake(16)
    const reader = new ShoutReader()
    intake.push(octets)
    expect(intake.readHead(reader)).toBe('one!')
    octets.fill(0x21)
    expect(intake.readHead(reader)).toBe('two!')
    expect(intake.readHead(reader)).toBe(undefined)
    intake.push(octetsOf('e!'))
    expect(intake.readHead(reader)).toBe('three!')
  })
})
