// pnpm test:packed: every package is packed, installed alone into an empty project, and used there as its README shows.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { packAll, temporaryFolder } from './packs.mjs'
import { root, run, stages } from './stage.mjs'

const PATIENCE_MS = 20_000

await stages([['build', [`${root}node_modules/.bin/tsc`, '-b']]])
const packs = await packAll()
const projects = temporaryFolder()
let passed = 0
let failed = 0

for (const pack of packs) {
  const project = join(projects, pack.name.replace('/', '-'))
  await check(`${pack.name} installs alone`, () => installAlone(project, pack))
  const installed = join(project, 'node_modules', pack.name)
  if (!existsSync(installed)) continue
  await check(`${pack.name} ships what it should`, () => inspect(installed))
  await check(`${pack.name} is the same imported and required`, () => compareExports(project, pack))
  await check(`${pack.name} does what its README shows`, () => runExample(project, installed))
}

console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1

async function check(title, action) {
  try {
    await action()
    passed++
    console.log(`${title} … ok`)
  } catch (error) {
    failed++
    console.log(`${title} … FAILED\n${error.message}\n`)
  }
}

// The packages it stands on come from their tarballs too, and npm is kept from asking anyone else.
async function installAlone(project, pack) {
  const overrides = Object.fromEntries(
    packs
      .filter(({ name }) => name !== pack.name)
      .map(({ name, tarball }) => [name, `file:${tarball}`]),
  )
  const dependencies = { [pack.name]: `file:${pack.tarball}` }
  mkdirSync(project)
  const manifest = { name: 'project', private: true, type: 'module', dependencies, overrides }
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest))
  await mustRun(['npm', 'install', '--offline', '--no-audit', '--no-fund'], project)
}

function inspect(installed) {
  for (const name of [
    'dist/index.js',
    'dist/index.d.ts',
    'src/index.ts',
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
  ]) {
    if (!existsSync(join(installed, name))) throw new Error(`the tarball has no ${name}`)
  }
  const files = readdirSync(installed, { recursive: true })
  const strangers = files.filter((file) => /\.tsbuildinfo$|^test\b|\.test\./.test(file))
  if (strangers.length > 0) throw new Error(`the tarball should not have ${strangers.join(', ')}`)
  const orphans = readdirSync(join(installed, 'dist'), { recursive: true })
    .filter((file) => file.endsWith('.js'))
    .filter((file) => !existsSync(join(installed, 'src', file.replace(/\.js$/, '.ts'))))
  if (orphans.length > 0)
    throw new Error(`dist has files that no source makes: ${orphans.join(', ')}`)
}

async function compareExports(project, { name }) {
  const list = 'console.log(Object.keys(module).sort().join())'
  writeFileSync(join(project, 'imported.mjs'), `import * as module from '${name}'\n${list}`)
  writeFileSync(
    join(project, 'required.cjs'),
    `const exported = require('${name}')\n${list.replace('module', 'exported')}`,
  )
  const [imported, required] = [
    await mustRun([process.execPath, 'imported.mjs'], project),
    await mustRun([process.execPath, '--no-warnings', 'required.cjs'], project),
  ]
  if (imported.trim() === '') throw new Error('it exports nothing')
  if (imported !== required) throw new Error(`imported: ${imported}\nrequired: ${required}`)
}

// The example is compiled against the types of the tarball, run, and held to what its comments say it prints.
// An example that serves prints its address; it is asked once and must end at SIGTERM.
async function runExample(project, installed) {
  const readme = readFileSync(join(installed, 'README.md'), 'utf8')
  const example = /^```(?:ts|js)\n([\s\S]*?)^```$/m.exec(readme)?.[1]
  if (example === undefined) throw new Error('README.md has no example')
  writeFileSync(join(project, 'example.ts'), example)
  const types = ['--types', 'node', '--typeRoots', `${root}node_modules/@types`]
  const language = ['--strict', '--target', 'es2023', '--module', 'nodenext']
  await mustRun([`${root}node_modules/.bin/tsc`, ...language, ...types, 'example.ts'], project)

  const child = spawn(process.execPath, ['example.js'], { cwd: project, timeout: PATIENCE_MS })
  const ended = once(child, 'close')
  const errors = []
  child.stderr.on('data', (piece) => errors.push(piece))
  const lines = []
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line)
      const address = /http:\/\/\S+/.exec(line)?.[0]
      if (address !== undefined && lines.length === 1) {
        await ask(address)
        child.kill('SIGTERM')
      }
    }
  } finally {
    child.kill('SIGKILL')
  }
  const [code, signal] = await ended
  if (code !== 0)
    throw new Error(`it ended with ${signal ?? code}:\n${Buffer.concat(errors).toString()}`)

  const promised = [...example.matchAll(/^.*console\.log\(.*\) \/\/ (.*)$/gm)].map(
    ([, line]) => line,
  )
  for (const line of promised) {
    if (!lines.includes(line))
      throw new Error(`it should print\n${line}\nit printed\n${lines.join('\n')}`)
  }
}

async function ask(address) {
  const response = await fetch(address, { headers: { connection: 'close' } })
  await response.text()
  if (!response.ok) throw new Error(`${address} answered ${response.status}`)
}

async function mustRun(command, directory) {
  const { code, output } = await run(command, directory)
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${output}`)
  return output
}
