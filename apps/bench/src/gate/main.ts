// pnpm bench:gate: what must hold for speed on any machine, counted and not timed. That the parsers look at no octet more than
// twice, their own tests count (work.test.ts).
import { findingLine, holds } from './check.ts'
import { gate } from './gate.ts'

if (globalThis.gc === undefined) throw new Error('run this with --expose-gc')
const findings = await gate()
for (const finding of findings) console.log(findingLine(finding))
const failed = findings.filter((finding) => !holds(finding)).length
console.log(`${findings.length - failed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
