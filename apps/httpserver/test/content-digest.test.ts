import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ContentDigest } from '../src/content-digest.ts'

const octets = Buffer.from('a content in two pieces')

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

describe('the digest of a content', () => {
  const rows: readonly {
    readonly title: string
    readonly pieces: readonly Uint8Array[]
    readonly expected: number | undefined
  }[] = [
    { title: 'that is empty', pieces: [], expected: 0 },
    { title: 'that comes in one piece, as expected', pieces: [octets], expected: octets.length },
    { title: 'of unknown length', pieces: [octets], expected: undefined },
    {
      title: 'that comes in two pieces',
      pieces: [octets.subarray(0, 9), octets.subarray(9)],
      expected: octets.length,
    },
    { title: 'that is shorter than expected', pieces: [octets.subarray(0, 9)], expected: 23 },
  ]
  test.each(rows)('$title is that of all its octets', ({ pieces, expected }) => {
    const digest = new ContentDigest(expected)
    for (const piece of pieces) digest.update(piece)
    const content = Buffer.concat(pieces)
    expect(digest.length).toBe(content.length)
    expect(digest.digest()).toBe(sha256(content))
  })
})
