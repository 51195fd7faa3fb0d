// pnpm docs:make: writes docs/CONFORMANCE.md from the titles of the tests and docs/STATES.md from the state tables in the code.
// With --check nothing is written: it fails when what is there is not what the last run of the tests would make.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { readReports, workspaces } from './reports.mjs'
import { pnpm, root, stages } from './stage.mjs'

// How a title names sections: RFC 9112 §6.3, or RFC 9110 §5.5, §5.6.2.
const NAMED = /RFC (\d{4}),?(?:(?:,| and)? §\d+(?:\.\d+)*)+/g
// Names of sections by number, for RFC 9112 all that say something a server could get wrong.
const SECTION_NAMES = JSON.parse(readFileSync(`${root}scripts/rfc-sections.json`, 'utf8'))

// What stands above this line in a document is written by hand and kept.
const MARKER = '<!-- Everything below is made by `pnpm docs:make`. -->'

const checking = process.argv.includes('--check')
// The reports of a run by hand may be of a part only; turbo brings back those of the whole.
if (!checking)
  await stages([['tests', [...pnpm, 'exec', 'turbo', 'run', 'test', '--output-logs=errors-only']]])
const pages = { 'docs/CONFORMANCE.md': conformance(), 'docs/STATES.md': await states() }
for (const [file, made] of Object.entries(pages)) {
  const present = readFileSync(root + file, 'utf8')
  const end = present.indexOf(MARKER)
  if (end === -1) throw new Error(`${file} has no line ${MARKER}`)
  const options = { ...(await resolveConfig(root + file)), filepath: file }
  const wanted = await format(`${present.slice(0, end)}${MARKER}\n\n${made}`, options)
  if (wanted === present) continue
  if (checking) {
    console.error(`${file} is not what the tests and tables say: run pnpm docs:make and commit it`)
    process.exitCode = 1
  } else {
    writeFileSync(root + file, wanted)
    console.log(`wrote ${file}`)
  }
}

function conformance() {
  // Of RFC 9112 every section is listed, so that one without a test is seen; of the others those that have one.
  const sections = new Map(
    Object.keys(SECTION_NAMES[9112]).map((number) => [`9112 ${number}`, new Map()]),
  )
  for (const { workspace, row, section } of testsWithSection()) {
    const owners = sections.get(section) ?? new Map()
    sections.set(section, owners)
    owners.set(workspace, (owners.get(workspace) ?? new Set()).add(row))
  }
  const keys = [...sections.keys()].toSorted(bySection)
  return [...new Set(keys.map((key) => key.split(' ')[0]))]
    .flatMap((rfc) => {
      const own = keys.filter((key) => key.startsWith(rfc))
      return [`## RFC ${rfc}`, overview(own, sections), ...own.map((key) => rowsOf(key, sections))]
    })
    .join('\n\n')
}

// How many tests a section has, and where. One that has none is held by those of its subsections, or by nothing.
function overview(keys, sections) {
  const lines = keys.map((key) => {
    const owners = [...sections.get(key)]
    const count = owners.reduce((sum, [, rows]) => sum + rows.size, 0)
    const below = keys.some((other) => other.startsWith(`${key}.`) && sections.get(other).size > 0)
    const names = owners.map(([workspace]) => basename(workspace)).join(', ')
    return tableLine([sectionName(key), count || (below ? 'see below' : '**none**'), names])
  })
  return [tableLine(['section', 'tests', 'in']), tableLine(['---', '---', '---']), ...lines].join(
    '\n',
  )
}

function rowsOf(key, sections) {
  if (sections.get(key).size === 0) return ''
  const packages = [...sections.get(key)].map(([workspace, rows]) =>
    [`**${basename(workspace)}**`, '', ...[...rows].map((row) => `- ${escape(row)}`)].join('\n'),
  )
  return [`### ${sectionName(key)}`, ...packages].join('\n\n')
}

function sectionName(key) {
  const [rfc, number] = key.split(' ')
  return `§${number} ${SECTION_NAMES[rfc]?.[number] ?? ''}`
}

/** Every test that names a section, once for each it names; where its own title names none, the nearest block around it does. */
function testsWithSection() {
  const reports = readReports()
  const reported = new Set(reports.map(({ workspace }) => workspace))
  const missing = workspaces('packages').filter((workspace) => !reported.has(workspace))
  if (missing.length > 0) throw new Error(`run the tests first: no report of ${missing.join(', ')}`)
  return reports.flatMap(({ workspace, report }) =>
    report.testResults
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((file) => file.assertionResults)
      .flatMap(({ title, ancestorTitles }) => {
        const own = plain(title)
        if (sectionsIn(own).length > 0) {
          return sectionsIn(own).map((section) => ({ workspace, row: own, section }))
        }
        const block = ancestorTitles.map(plain).findLast((text) => sectionsIn(text).length > 0)
        if (block === undefined) return []
        const row = `${block.replace(NAMED, '').replace(/^[: ]+/, '')}: ${own}`
        return sectionsIn(block).map((section) => ({ workspace, row, section }))
      }),
  )
}

// vitest puts quotes round a title that is a cell of a table.
function plain(title) {
  return title.replace(/^(['"])(.*)\1$/s, '$2')
}

function sectionsIn(title) {
  return [...title.matchAll(NAMED)].flatMap(([text, rfc]) =>
    [...text.matchAll(/§([\d.]*\d)/g)].map(([, number]) => `${rfc} ${number}`),
  )
}

function bySection(left, right) {
  const [a, b] = [left, right].map((key) => key.split(/[ .]/).map(Number))
  // The syntax of HTTP/1.1 first, then the semantics, then the others by number.
  if (a[0] !== b[0]) return rank(a[0]) - rank(b[0])
  for (let i = 1; i < Math.max(a.length, b.length); i++) {
    if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0)
  }
  return 0
}

function rank(rfc) {
  return [9112, 9110].includes(rfc) ? 9112 - rfc : rfc
}

async function states() {
  const parts = []
  for (const workspace of workspaces('packages')) {
    const folder = `${root}${workspace}/src`
    for (const file of readdirSync(folder).filter((name) => name.endsWith('-state.ts'))) {
      const module = await import(`${root}${workspace}/dist/${file.replace(/\.ts$/, '.js')}`)
      const table = Object.entries(module).find(([name]) => name.endsWith('_TRANSITIONS'))?.[1]
      if (table === undefined) throw new Error(`${workspace}/src/${file} exports no table`)
      const name = basename(file, '-state.ts')
      const comment = readFileSync(`${folder}/${file}`, 'utf8').match(/^(?:\/\/.*\n)+/)?.[0] ?? ''
      const theory = comment.replaceAll(/^\/\/ ?/gm, '')
      const source = `[\`${workspace}/src/${file}\`](../${workspace}/src/${file})`
      const owner = basename(workspace)
      // The machine that the package is named after has the name of the package.
      const heading = owner.split('-').includes(name) ? `## ${owner}` : `## ${owner}: ${name}`
      parts.push(heading, `From ${source}.`, theory, diagram(table), grid(table))
    }
  }
  return parts.join('\n\n')
}

/** A cell of a table as the list of what can follow: `{ to, only }`. */
function outcomes(cell) {
  if (cell === undefined) return []
  const { to, only } = typeof cell === 'object' && !Array.isArray(cell) ? cell : { to: cell }
  return [to].flat().map((next) => ({ next, only }))
}

// What leads to the same state from everywhere would hide the rest of the picture, so it is said in a sentence.
function diagram(table) {
  const names = Object.keys(table)
  const living = names.filter((state) => Object.keys(table[state]).length > 0)
  const everywhere = eventsOf(table).filter((event) => {
    const targets = new Set(living.map((state) => JSON.stringify(table[state][event])))
    return living.length > 2 && targets.size === 1
  })
  const arrows = new Map()
  for (const state of living) {
    for (const [event, cell] of Object.entries(table[state])) {
      if (everywhere.includes(event)) continue
      for (const { next, only } of outcomes(cell)) {
        if (next === state) continue
        const arrow = `${state} --> ${next}`
        const label = only === undefined ? event : `${event} (${only})`
        arrows.set(arrow, [...(arrows.get(arrow) ?? []), label])
      }
    }
  }
  const lines = [...arrows].map(([arrow, labels]) => `  ${arrow}: ${labels.join('<br>')}`)
  const ends = names.filter((state) => !living.includes(state)).map((state) => `  ${state} --> [*]`)
  const picture = [
    '```mermaid',
    'stateDiagram-v2',
    `  [*] --> ${names[0]}`,
    ...lines,
    ...ends,
    '```',
  ]
  const undrawn = names.flatMap((next) => {
    const events = everywhere.filter((event) => table[living[0]][event] === next)
    return events.length === 0
      ? []
      : [`Not drawn, as every state has it, to ${next}: ${events.join(', ')}.`]
  })
  return [picture.join('\n'), ...undrawn].join('\n\n')
}

function grid(table) {
  const names = Object.keys(table)
  const cell = (state, event) =>
    outcomes(table[state][event])
      .map(({ next, only }) => (next === state ? 'stays' : next) + (only ? ` (${only})` : ''))
      .join(', ')
  const rows = eventsOf(table).map((event) =>
    [event].concat(names.map((state) => cell(state, event))),
  )
  const head = [''].concat(names)
  return [head, head.map(() => '---')].concat(rows).map(tableLine).join('\n')
}

function tableLine(cells) {
  return `| ${cells.join(' | ')} |`
}

function eventsOf(table) {
  return [...new Set(Object.values(table).flatMap((row) => Object.keys(row)))]
}

// Titles speak of `<`, `*` and `_` as they are, and of octets that no page should hold.
function escape(text) {
  return text
    .replaceAll(/[\\`*_<>[\]|]/g, (character) => `\\${character}`)
    .replaceAll(/[\0-\x1f\x7f-\x9f]/g, (character) => {
      const code = character.codePointAt(0).toString(16).padStart(2, '0')
      return `\\\\x${code}`
    })
}
