// What the tests of the packages and apps wrote down of themselves: one JSON report each, made by every run (vitest.shared.ts).
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { root } from './stage.mjs'

const REPORT = 'reports/tests.json'

/** The folders of the packages or of the apps, in the alphabet's order: `packages/headers`. */
export function workspaces(...groups) {
  return groups.flatMap((group) =>
    readdirSync(`${root}${group}`)
      .filter((name) => existsSync(`${root}${group}/${name}/package.json`))
      .map((name) => `${group}/${name}`),
  )
}

/** The reports that are there: `{ workspace, report }`. */
export function readReports() {
  return workspaces('packages', 'apps')
    .filter((workspace) => existsSync(`${root}${workspace}/${REPORT}`))
    .map((workspace) => ({
      workspace,
      report: JSON.parse(readFileSync(`${root}${workspace}/${REPORT}`, 'utf8')),
    }))
}

/** An old report must not count for a run that came to nothing; turbo brings back those of runs it need not repeat. */
export function removeReports() {
  for (const workspace of workspaces('packages', 'apps')) {
    rmSync(`${root}${workspace}/${REPORT}`, { force: true })
  }
}
