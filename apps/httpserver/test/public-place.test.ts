import { join, resolve, sep } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { publicPlace } from '../src/public-place.ts'

describe('a path below the public folder (RFC 3986 §3.3)', () => {
  test.each([
    ['', [], false],
    ['/', [], true],
    ['/a.txt', ['a.txt'], false],
    ['/a/b/', ['a', 'b'], true],
    ['/a%20b', ['a b'], false],
    ['/%61%2Etxt', ['a.txt'], false],
    ['/caf%C3%A9', ['café'], false],
    ['/%e2%98%95', ['☕'], false],
    ['/a..b', ['a..b'], false],
    ['/a.', ['a.'], false],
    ['/a;b=c,d:e@f!', ['a;b=c,d:e@f!'], false],
    ['/%25', ['%'], false],
    // Decoded once and not again.
    ['/%252e%252e', ['%2e%2e'], false],
    ['/..%252f', undefined, false],
    // Dot segments are removed (§5.2.4).
    ['/./a', ['a'], false],
    ['/a/./b', ['a', 'b'], false],
    ['/a/../b', ['b'], false],
    ['/a/b/../../c/', ['c'], true],
    ['/a/.', ['a'], true],
    ['/a/b/..', ['a'], true],
    ['/a/..', [], true],
    ['/.', [], true],
    ['/a%252f..', ['a%2f..'], false],
    ['/__proto__', ['__proto__'], false],
    ['/%EF%BC%8E%EF%BC%8E', ['．．'], false],
  ])('%j is %j (§3.3)', (path, names, isFolder) => {
    expect(publicPlace(path)).toEqual(names === undefined ? undefined : { names, isFolder })
  })

  test.each([
    ['a dot segment', '/..'],
    ['a dot segment that leads above the folder', '/a/../../b'],
    ['a dot segment that leads above it and back', '/../static/b'],
    ['a dot segment at the end that leads above it', '/a/../..'],
    ['a dot file after a dot segment', '/a/../.env'],
    ['an encoded segment of one dot', '/%2e/a'],
    ['an encoded dot segment', '/%2e%2e/etc/passwd'],
    ['a half-encoded dot segment', '/.%2E/etc/passwd'],
    ['a dot file', '/.env'],
    ['an encoded dot file', '/%2eenv'],
    ['a dot folder', '/.git/config'],
    ['a dot segment with a parameter', '/..;/a'],
    ['three dots', '/.../a'],
    ['an empty segment', '//a'],
    ['an empty segment inside', '/a//b'],
    ['two slashes at the end', '/a//'],
    ['an encoded slash', '/a%2fb'],
    ['an encoded slash behind dots', '/..%2f..%2fetc%2fpasswd'],
    ['an encoded absolute path', '/%2Fetc%2Fpasswd'],
    ['a backslash', '/..\\..\\etc'],
    ['an encoded backslash', '/a%5c..%5cb'],
    ['a NUL', '/a.txt%00.png'],
    ['a line end', '/a%0d%0ab'],
    ['DEL', '/a%7f'],
    ['a C1 control', '/a%c2%85'],
    ['an overlong dot', '/%c0%ae%c0%ae/a'],
    ['an overlong slash', '/..%c0%af..%c0%afetc'],
    ['an overlong slash of three octets', '/%e0%80%af'],
    ['half a character', '/%e2%98'],
    ['a lone surrogate', '/%ed%a0%80'],
    ['Latin-1', '/caf%e9'],
    ['octets that are not encoded', '/caf\u00e9'],
    ['no escape', '/%'],
    ['half an escape', '/%4'],
    ['digits that are none', '/%zz'],
    ['another kind of escape', '/%u002e%u002e'],
    ['what goes on where the prefix ends', 'x/a'],
  ])('%s means nothing: %j (§3.3)', (_title, path) => {
    expect(publicPlace(path)).toBeUndefined()
  })

  const part = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom('..', '.', '/', '//', '\\', 'a', 'etc', '~', ':', ';'),
    },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        '%2e',
        '%2E',
        '%2f',
        '%2F',
        '%5c',
        '%00',
        '%25',
        '%c0%ae',
        '%c0%af',
        '%',
      ),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
    {
      weight: 1,
      arbitrary: fc.nat(255).map((octet) => `%${octet.toString(16).padStart(2, '0')}`),
    },
  )

  test('whatever the path, it stays below the folder or means nothing (§3.3)', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const place = publicPlace(`/${parts.join('')}`)
        if (place === undefined) return
        const { names } = place
        const path = join('/srv/public', ...names)
        // Nothing is left to resolve: each name is one step down.
        expect(path).toBe(['/srv/public', ...names].join(sep))
        expect(resolve(path)).toBe(path)
        for (const name of names) expect(name).toMatch(/^[^./\\\0][^/\\\0]*$/)
      }),
      { numRuns: 2000 },
    )
  })

  test('finds every name that may be public, however it is encoded (§2.1)', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
      .filter((text) => !text.startsWith('.') && !/[/\\\p{Cc}]/u.test(text))
    const encoders = fc.constantFrom(encodeURIComponent, (text: string) =>
      [...Buffer.from(text)].map((octet) => `%${octet.toString(16).padStart(2, '0')}`).join(''),
    )
    fc.assert(
      fc.property(fc.array(name, { maxLength: 4 }), encoders, (names, encode) => {
        const path = names.map((name) => `/${encode(name)}`).join('')
        expect(publicPlace(path)).toEqual({ names, isFolder: false })
      }),
    )
  })
})
