import { describe, expect, test } from 'vitest'
import { findNode, findProgram, Missing } from '../src/system/programs.ts'

describe('a program', () => {
  test('is found on PATH', async () => {
    expect(await findProgram('sh')).toMatch(/\/sh$/)
  })

  test('that is nowhere is missing, and the reason told', async () => {
    const search = findProgram('no-such-program')
    await expect(search).rejects.toBeInstanceOf(Missing)
    await expect(search).rejects.toThrow('no no-such-program on PATH')
  })

  test('that is this release of Node is this one', async () => {
    expect(await findNode(Number(process.versions.node.split('.')[0]))).toBe(process.execPath)
  })

  test('that is another release of Node may be missing', async () => {
    await expect(findNode(4)).rejects.toThrow('no Node 4 at hand; pnpm test:runtimes fetches one')
  })
})
