import { describe, expect, test } from 'vitest'
import { fileValidators, isStrong } from '../src/validators.ts'
import type { FileState } from '../src/validators.ts'

const CHANGED = Date.parse('2026-11-23T10:00:00.750Z')
const SECOND = Date.parse('2026-11-23T10:00:00Z')

function fileState(changedMs: number, mtimeMs: number = changedMs, nanoseconds = 0n): FileState {
  const ctimeNs = BigInt(changedMs) * 1_000_000n + nanoseconds
  return { size: 255n, mtimeMs: BigInt(mtimeMs), ctimeNs, ctimeMs: BigInt(changedMs) }
}

describe('the validators of a file (RFC 9110 §8.8)', () => {
  test.each([
    ['a file', CHANGED, 100, true],
    ['a file', CHANGED, 99, false],
    ['a file', CHANGED, 0, false],
    ['a file of the future', CHANGED, -60_000, false],
    ['a file whose system keeps whole seconds', SECOND, 2000, true],
    ['a file whose system keeps whole seconds', SECOND, 1999, false],
  ])(
    'the tag of %s that changed at %i is strong %i ms later: %s (§8.8.1)',
    (_title, changedMs, ageMs, strong) => {
      const { etag } = fileValidators(fileState(changedMs), changedMs + ageMs)
      expect(etag).toMatch(/^(?:W\/)?"ff-[0-9a-f]+"$/)
      expect(isStrong(etag)).toBe(strong)
    },
  )

  test('a tag becomes strong and is the same otherwise (§8.8.3)', () => {
    const recent = fileValidators(fileState(CHANGED), CHANGED)
    const settled = fileValidators(fileState(CHANGED), CHANGED + 5000)
    expect(recent.etag).toBe(`W/${settled.etag}`)
  })

  test('a tag changes with what is in it, though length and time of modification stay (§8.8.1)', () => {
    const before = fileValidators(fileState(CHANGED, 1000), CHANGED + 5000)
    const after = fileValidators(fileState(CHANGED, 1000, 1n), CHANGED + 5000)
    expect(after.lastModifiedMs).toBe(before.lastModifiedMs)
    expect(after.etag).not.toBe(before.etag)
  })

  test.each([
    ['whole seconds', CHANGED, '2026-11-23T10:00:00Z'],
    ['the time of the response in place of one after it', CHANGED * 2, '2026-11-23T10:00:09Z'],
    ['no year that a date cannot have', -99_999_999_999_999, '1970-01-01T00:00:00Z'],
  ])('tell as the last modification %s (§8.8.2.1)', (_title, mtimeMs, moment) => {
    const { lastModifiedMs } = fileValidators(fileState(CHANGED, mtimeMs), CHANGED + 9000)
    expect(lastModifiedMs).toBe(Date.parse(moment))
  })
})
