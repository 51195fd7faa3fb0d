import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import type { Report } from '../model.ts'
import { parserChart, serverChart } from './charts.ts'
import { renderPage } from './page.ts'

const NOTES = new URL('../../NOTES.md', import.meta.url)

/** Writes PERFORMANCE.md and its charts into the folder of the documents. */
export async function writePage(
  report: Report,
  folder: URL = new URL('../../../../docs/', import.meta.url),
): Promise<void> {
  const page = new URL('PERFORMANCE.md', folder)
  const text = renderPage(report, await readFile(NOTES, 'utf8'))
  const filepath = fileURLToPath(page)
  await writeFile(page, await format(text, { ...(await resolveConfig(filepath)), filepath }))
  await writeFile(new URL('performance-servers.svg', folder), serverChart(report.rows))
  await writeFile(new URL('performance-parsers.svg', folder), parserChart(report.rows))
}
