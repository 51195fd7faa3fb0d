import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const SCRIPTS = fileURLToPath(new URL('../../../scripts', import.meta.url))
const PINNED = { packageManager: 'pnpm@1.2.3' }
// Notes how it was called, and does what is looked at of what pnpm does.
const FAKE_PNPM = `#!/usr/bin/env node
const { appendFileSync, cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } = require('node:fs')
appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n')
if (existsSync('fail')) process.exit(1)
const store = 'node_modules/.pnpm/'
for (const [name, links] of [['direct', ['inner']], ['inner', []]]) {
  const folder = store + name + '@1.0.0/node_modules/'
  mkdirSync(folder + name, { recursive: true })
  writeFileSync(folder + name + '/package.json', '{}')
  for (const link of links) {
    rmSync(folder + link, { force: true })
    symlinkSync('../../' + link + '@1.0.0/node_modules/' + link, folder + link)
  }
}
mkdirSync('packages/a/node_modules', { recursive: true })
rmSync('packages/a/node_modules/direct', { force: true })
symlinkSync('../../../' + store + 'direct@1.0.0/node_modules/direct', 'packages/a/node_modules/direct')
cpSync('pnpm-lock.yaml', store + 'lock.yaml')
`

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rawhttp-'))
  await cp(SCRIPTS, join(root, 'scripts'), { recursive: true })
  await write('package.json', JSON.stringify(PINNED))
  await write('packages/a/package.json', JSON.stringify({ dependencies: { direct: '1' } }))
  await write('apps/b/package.json', '{}')
  await write('pnpm-lock.yaml', 'lockfileVersion: 9.0\n')
  await write('pnpm-workspace.yaml', 'packages: [packages/*]\n')
})
afterEach(() => rm(root, { recursive: true }))

async function write(name: string, content: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(join(root, name)), { recursive: true })
  await writeFile(join(root, name), content, { mode })
}

/** A package with a program that is called pnpm. */
async function writeProgram(folder: string, manifest: object): Promise<string> {
  await write(`${folder}/package.json`, JSON.stringify(manifest))
  await write(`${folder}/bin/pnpm`, FAKE_PNPM, 0o755)
  return join(root, folder, 'bin')
}

async function evaluate(script: string, environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script],
    { cwd: root, env: { HOME: root, PATH: process.env['PATH'], ...environment } },
  )
  return stdout.trim()
}

describe('the install of npm start and npm test', () => {
  const INSTALL = 'install --frozen-lockfile --prefer-offline\n'
  let path: string

  beforeEach(async () => {
    const program = await writeProgram('pnpm', { name: 'pnpm', version: '1.2.3' })
    path = `${program}:${process.env['PATH']}`
  })

  /** Whether it succeeded, and how pnpm was called meanwhile. */
  async function install(before = ''): Promise<{ succeeded: boolean; calls: string }> {
    await rm(join(root, 'calls'), { force: true })
    const script = `${before}; const { install } = await import('./scripts/install.mjs'); console.log(await install())`
    const printed = await evaluate(script, { PATH: path })
    const calls = await readFile(join(root, 'calls'), 'utf8').catch(() => '')
    return { succeeded: printed.endsWith('true'), calls }
  }

  test('is left out when all is as it was after the last one', async () => {
    expect(await install()).toEqual({ succeeded: true, calls: INSTALL })
    expect(await install()).toEqual({ succeeded: true, calls: '' })
  })

  const remove = (name: string) => (): Promise<void> => rm(join(root, name), { recursive: true })
  test.each([
    ['the lock file', () => write('pnpm-lock.yaml', 'lockfileVersion: 9.1\n')],
    ['a manifest', () => write('apps/b/package.json', '{"dependencies":{"direct":"1"}}')],
    ['a setting', () => write('pnpm-workspace.yaml', 'packages: [apps/*]\n')],
    ['what was installed by hand', () => write('node_modules/.pnpm/lock.yaml', 'other\n')],
  ])('is done again when %s has changed', async (_title, change) => {
    await install()
    await change()
    expect(await install()).toEqual({ succeeded: true, calls: INSTALL })
  })

  test.each([
    ['all', remove('node_modules')],
    ['a link of a package', remove('packages/a/node_modules/direct')],
    ['what it leads to', remove('node_modules/.pnpm/direct@1.0.0')],
    ['what only another package needs', remove('node_modules/.pnpm/inner@1.0.0')],
  ])('is done again when %s is missing', async (_title, change) => {
    await install()
    await change()
    expect(await install()).toEqual({ succeeded: true, calls: INSTALL })
    expect(await install()).toEqual({ succeeded: true, calls: '' })
  })

  test('is done again for another release of Node', async () => {
    await install()
    const other = `Object.defineProperty(process, 'version', { value: 'v0.0.0' })`
    expect(await install(other)).toEqual({ succeeded: true, calls: INSTALL })
  })

  test('counts for nothing when it failed', async () => {
    await write('fail', '')
    expect(await install()).toEqual({ succeeded: false, calls: INSTALL })
    await rm(join(root, 'fail'))
    expect(await install()).toEqual({ succeeded: true, calls: INSTALL })
  })
})

describe('pnpm', () => {
  const find = async (environment: NodeJS.ProcessEnv): Promise<string[]> => {
    const script = `const { findPnpm } = await import('./scripts/pnpm.mjs'); console.log(JSON.stringify(findPnpm('pnpm@1.2.3').command))`
    return JSON.parse(await evaluate(script, environment)) as string[]
  }
  const NPX = ['npx', '--prefer-offline', '--yes', 'pnpm@1.2.3']

  test('is the one on the path when it has the version that is pinned', async () => {
    const other = await writeProgram('other', { name: 'pnpm', version: '1.2.2' })
    expect(await find({ PATH: other })).toEqual(NPX)
    const right = await writeProgram('right', { name: 'pnpm', version: '1.2.3' })
    expect(await find({ PATH: `${other}:${right}` })).toEqual([join(right, 'pnpm')])
  })

  test('is the one that corepack has loaded', async () => {
    const shim = await writeProgram('corepack', { name: 'corepack', version: '0.34.6' })
    expect(await find({ PATH: shim })).toEqual(NPX)
    await mkdir(join(root, '.cache/node/corepack/v1/pnpm/1.2.3'), { recursive: true })
    expect(await find({ PATH: shim })).toEqual([join(shim, 'pnpm')])
  })

  test('is the one that npx has loaded', async () => {
    const modules = '.npm/_npx/0123456789abcdef/node_modules'
    const program = await writeProgram(`${modules}/pnpm`, { name: 'pnpm', version: '1.2.3' })
    await mkdir(join(root, modules, '.bin'))
    await symlink(join(program, 'pnpm'), join(root, modules, '.bin/pnpm'))
    expect(await find({ PATH: '' })).toEqual([join(root, modules, '.bin/pnpm')])
  })
})
