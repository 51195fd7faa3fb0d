import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Headers, INCOMPLETE, parseFieldSection, UsageError } from '../src/index.ts'
import { fieldName, fieldValue } from './support/arbitraries.ts'
import { ModelHeaders } from './support/model-headers.ts'
import { octets } from './support/octets.ts'
import { read } from './support/read-headers.ts'

describe('RFC 9110 §5.1: names are read without regard to letter case', () => {
  test.each(['Content-Length', 'content-length', 'CONTENT-LENGTH', 'cOnTeNt-LeNgTh'])(
    'finds a known name as %s (RFC 9110 §5.1)',
    (name) => {
      const headers = new Headers([['CONTENT-length', '5']])
      expect(headers.get(name)).toBe('5')
      expect(headers.getAll(name)).toEqual(['5'])
      expect(headers.has(name)).toBe(true)
      expect(headers.set(name, '6').size).toBe(1)
      expect(headers.append(name, '7').size).toBe(2)
      expect(headers.delete(name)).toBe(true)
      expect(headers.size).toBe(0)
    },
  )

  test('finds a name that is not known in any letter case (RFC 9110 §5.1)', () => {
    const headers = read('X-oWn: 1\r\n\r\n')
    for (const name of ['x-own', 'X-Own', 'X-OWN']) expect(headers.get(name)).toBe('1')
  })

  test('finds nothing under a name that only looks the same (RFC 9110 §5.1)', () => {
    const headers = new Headers([
      ['Keep-Alive', 'timeout=5'],
      ['X-Key', '1'],
    ])
    // The Kelvin sign, whose lower case is "k", and the letters I, long s and fullwidth A.
    for (const name of ['\u212aeep-alive', 'X-\u212aey', 'Keep-Al\u0130ve', 'keep-al\u0131ve']) {
      expect([name, headers.get(name), headers.getAll(name)]).toEqual([name, undefined, []])
      expect([name, headers.has(name), headers.delete(name)]).toEqual([name, false, false])
      expect(headers.offsetOf(name)).toBe(0)
      expect(() => headers.set(name, 'v')).toThrow(UsageError)
    }
    expect(headers.size).toBe(2)
  })

  test('finds no name whose letters are outside ASCII, whatever the letter (RFC 9110 §5.1)', () => {
    const letters = new Headers(Array.from('abcdefghijklmnopqrstuvwxyz', (letter) => [letter, '']))
    for (let code = 0x80; code <= 0x10ffff; code++) {
      if (letters.has(String.fromCodePoint(code))) expect(code).toBe('no letter')
    }
  })

  test('keeps names of objects apart from what objects have (RFC 9110 §5.1)', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '0']
    const headers = new Headers()
    for (const name of names) {
      expect([name, headers.has(name), headers.get(name)]).toEqual([name, false, undefined])
    }
    for (const name of names) headers.append(name, `value of ${name}`)
    for (const name of names) expect(headers.get(name)).toBe(`value of ${name}`)
    expect([...headers.lines()].map(([name]) => name)).toEqual(names)
    expect(Object.getPrototypeOf(headers)).toBe(Headers.prototype)
  })
})

describe('RFC 9110 §5.3: order and repetition', () => {
  test('get joins repeated lines, getAll keeps them apart (RFC 9110 §5.3)', () => {
    const headers = new Headers([
      ['Accept', 'a'],
      ['X', '1'],
      ['accept', ''],
      ['ACCEPT', 'b, c'],
    ])
    expect(headers.get('accept')).toBe('a, , b, c')
    expect(headers.getAll('accept')).toEqual(['a', '', 'b, c'])
    expect(headers.get('y')).toBeUndefined()
    expect(headers.getAll('y')).toEqual([])
  })

  test('tells an empty value from none (RFC 9110 §5.5)', () => {
    const headers = new Headers([['X', '']])
    expect([headers.get('x'), headers.has('x'), headers.getAll('x')]).toEqual(['', true, ['']])
  })

  test('set leaves one line, at the place of the first and in the letter case given (RFC 9110 §5.3)', () => {
    const headers = read('A: 1\r\nB: 2\r\na: 3\r\nC: 4\r\nA: 5\r\n\r\n')
    expect(headers.set('a', '6')).toBe(headers)
    expect([...headers.lines()]).toEqual([
      ['a', '6'],
      ['B', '2'],
      ['C', '4'],
    ])
  })

  test('appendLine adds a line of others as it came, or as it was set (RFC 9110 §5.3)', () => {
    const headers = new Headers([['Z', '0']])
    const parsed = read('A-b: 1\r\nHOST: 2\r\n\r\n')
    expect(headers.appendLine(parsed, 1).appendLine(parsed, 0)).toBe(headers)
    headers.appendLine(new Headers([['sEt', '3']]), 0).appendLine(headers, 0)
    expect([...headers.lines()]).toEqual([
      ['Z', '0'],
      ['HOST', '2'],
      ['A-b', '1'],
      ['sEt', '3'],
      ['Z', '0'],
    ])
    expect(headers.get('host')).toBe('2')
    expect([...parsed.lines()]).toHaveLength(2)
  })

  test.each([-1, 1, 0.5, NaN, Infinity, '0'])(
    'appendLine adds nothing where there is no line %s (RFC 9110 §5.3)',
    (line) => {
      const headers = new Headers([['A', '1']])
      expect(() => headers.appendLine(headers, line as number)).toThrow(UsageError)
      expect(headers.size).toBe(1)
    },
  )

  test('appendLine takes no line of what only looks like Headers (RFC 9110 §5.5)', () => {
    const forged = { size: 1, nameAt: () => 'a', valueAt: () => '1\r\nX: 2', spellingAt: () => 'A' }
    expect(() => new Headers().appendLine(forged as unknown as Headers, 0)).toThrow(UsageError)
  })

  test('append adds a line behind the others (RFC 9110 §5.3)', () => {
    const headers = read('A: 1\r\nB: 2\r\n\r\n')
    expect(headers.append('a', '3')).toBe(headers)
    expect([...headers.lines()]).toEqual([
      ['A', '1'],
      ['B', '2'],
      ['a', '3'],
    ])
  })

  test('delete removes every line of a name and leaves the others in order (RFC 9110 §5.3)', () => {
    const headers = read('A: 1\r\nB: 2\r\na: 3\r\nC: 4\r\n\r\n')
    expect(headers.delete('A')).toBe(true)
    expect(headers.delete('A')).toBe(false)
    expect([...headers.lines()]).toEqual([
      ['B', '2'],
      ['C', '4'],
    ])
  })

  test('a copy of what iteration gives has names in lower case, of lines as they came (RFC 9110 §5.1)', () => {
    const headers = read('HOST: a\r\nX-Own: b\r\n\r\n')
    expect([...new Headers(headers).lines()]).toEqual([
      ['host', 'a'],
      ['x-own', 'b'],
    ])
    const copy = new Headers(headers.lines())
    expect([...copy.lines()]).toEqual([...headers.lines()])
    copy.delete('host')
    expect(headers.has('host')).toBe(true)
  })

  test('offsetOf is where the first parsed line of a name began (RFC 9112 §5)', () => {
    const headers = read('A: 1\r\nB: 2\r\na: 3\r\n\r\n')
    expect([headers.offsetOf('A'), headers.offsetOf('b'), headers.offsetOf('c')]).toEqual([0, 6, 0])
    headers.delete('A')
    expect([headers.offsetOf('A'), headers.offsetOf('b')]).toEqual([0, 6])
    headers.set('a', '4')
    expect(headers.offsetOf('a')).toBe(0)
    read('D: 5\r\nE: 6\r\n\r\n', headers)
    expect(headers.offsetOf('e')).toBe(0)
  })

  test('behaves as a plain list of lines under any operations (RFC 9110 §5.3)', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 30 }), (operations) => {
        const headers = new Headers()
        const model = new ModelHeaders()
        for (const { kind, name, value } of operations) apply(kind, name, value, headers, model)
        expect([...headers.lines()]).toEqual(model.lines())
      }),
      { numRuns: 500 },
    )
  })
})

describe('RFC 9112 §11.1: what is set cannot break out of its line', () => {
  test.each(['a\r\nX: b', 'a\nb', 'a\rb', 'a\0b', 'a\x7f', '\u010d\u010a', ' a', 'a '])(
    'refuses the value %j (RFC 9112 §11.1)',
    (value) => {
      const headers = new Headers([['X', 'kept']])
      expect(() => headers.set('X', value)).toThrow(
        expect.objectContaining({ name: 'UsageError', code: 'ERR_FIELD_VALUE' }),
      )
      expect(() => headers.append('X', value)).toThrow(UsageError)
      expect(() => new Headers([['X', value]])).toThrow(UsageError)
      expect([...headers.lines()]).toEqual([['X', 'kept']])
    },
  )

  test.each(['', ' ', 'a b', 'a:', 'a\r\n', 'a\n', '\0', 'é', '"a"', '\u212aey'])(
    'refuses the name %j (RFC 9112 §11.1)',
    (name) => {
      const headers = new Headers()
      expect(() => headers.set(name, 'v')).toThrow(
        expect.objectContaining({ name: 'UsageError', code: 'ERR_FIELD_NAME' }),
      )
      expect(() => headers.append(name, 'v')).toThrow(UsageError)
      expect(headers.size).toBe(0)
    },
  )

  test.each<[unknown, string]>([
    [42, 'number'],
    [undefined, 'undefined'],
    [null, 'object'],
    [['a'], 'object'],
    [{ toString: () => 'a' }, 'object'],
  ])('refuses %j, which is no string, as name and as value', (given, type) => {
    const headers = new Headers()
    expect(() => headers.set('X', given as string)).toThrow(`got a value of type ${type}`)
    expect(() => headers.append(given as string, 'v')).toThrow(`got a value of type ${type}`)
    expect(headers.size).toBe(0)
  })

  test('says what was wrong, shortened and safe to log', () => {
    const headers = new Headers()
    expect(() => headers.set('X', 'a\r\nb')).toThrow(
      'Value of X: expected text without line breaks, control characters, characters above 0xFF, or white space at its ends (RFC 9110 §5.5), got "a\\x0d\\x0ab"',
    )
    expect(() => headers.set('a b', '')).toThrow(
      'Field name: expected a token (RFC 9110 §5.6.2), got "a b"',
    )
    expect(() => headers.set('', '')).toThrow('got nothing')
    expect(() => headers.set('é'.repeat(100), '')).toThrow(/got "(?:\\xe9){32}"…$/)
  })
})

interface Operation {
  readonly kind: 'append' | 'set' | 'delete' | 'parse' | 'parseFieldSection' | 'read'
  readonly name: string
  readonly value: string
}

const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constantFrom('append', 'set', 'delete', 'parse', 'parseFieldSection', 'read'),
  // Few names in many letter cases, so that operations meet.
  name: fc.oneof(
    { weight: 6, arbitrary: fc.mixedCase(fc.constantFrom('host', 'x-own', 'a', '__proto__')) },
    { weight: 1, arbitrary: fieldName },
  ),
  value: fieldValue,
})

function apply(
  kind: Operation['kind'],
  name: string,
  value: string,
  headers: Headers,
  model: ModelHeaders,
): void {
  const line = `${name}: ${value}\r\n`
  switch (kind) {
    case 'append':
      headers.append(name, value)
      model.append(name, value)
      break
    case 'set':
      headers.set(name, value)
      model.set(name, value)
      break
    case 'delete':
      expect(headers.delete(name)).toBe(model.delete(name))
      break
    case 'parse':
      expect(headers.parse(octets(line))).toEqual({ consumed: line.length, done: false })
      model.append(name, value)
      break
    case 'parseFieldSection':
      read(`${line}Other: 1\r\n\r\n`, headers)
      model.append(name, value)
      model.append('Other', '1')
      break
    case 'read':
      expect(headers.get(name)).toBe(model.get(name))
      expect(headers.getAll(name)).toEqual(model.getAll(name))
      expect(headers.has(name)).toBe(model.has(name))
      expect(headers.size).toBe(model.lines().length)
      expect([...headers]).toEqual(
        model.lines().map(([spelling, one]) => [spelling.toLowerCase(), one]),
      )
      break
  }
}

test('parseFieldSection reads no octets that are not there, and starts at none', () => {
  const limits = { maxSectionBytes: 1000, maxFieldLines: 10 }
  const line = octets('Host: a\r\n')
  expect(parseFieldSection(line, 0, 200, new Headers(), limits)).toBe(INCOMPLETE)
  expect(() => parseFieldSection(line, 10, 200, new Headers(), limits)).toThrow(UsageError)
})
