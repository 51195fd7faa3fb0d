import { expect, test } from 'vitest'
import { FRAMING_FAULTS } from '../src/index.ts'

for (const [code, fault] of Object.entries(FRAMING_FAULTS)) {
  test(`${code} has a status, a section, a subject and a hint`, () => {
    expect(fault.code).toBe(code)
    expect([400, 413, 431, 501]).toContain(fault.status)
    expect(fault.section).toMatch(/^RFC 911[02] §\d+(\.\d+)*$/)
    expect(fault.subject).toMatch(/^[A-Z][a-zA-Z -]+$/)
    expect(fault.hint).toMatch(/^[A-Z].*\.$/)
  })
}
