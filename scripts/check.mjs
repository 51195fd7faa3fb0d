// pnpm check: what "done" means. Each stage must pass before the next one runs.
import { packAll } from './packs.mjs'
import { pnpm, root, stages } from './stage.mjs'

const tool = (name) => `${root}node_modules/.bin/${name}`
const turbo = (task) => [
  ...pnpm,
  'exec',
  'turbo',
  'run',
  task,
  '--output-logs=errors-only',
  '--continue=dependencies-successful',
]

// Each test file in a process of its own: `npm test` has shown that they pass in one.
process.env.ISOLATE = '1'

await stages([
  ['format', [tool('prettier'), '--check', '--log-level', 'warn', '.']],
  ['lint', [tool('oxlint'), '--type-aware', '--deny-warnings']],
  ['build', [tool('tsc'), '-b']],
  ['types of the tests', turbo('typecheck')],
  ['tests and their coverage', turbo('coverage')],
  ['docs made from tests and tables', [process.execPath, 'scripts/make-docs.mjs', '--check']],
  ['unused files, exports, dependencies', [tool('knip')]],
])

const packs = await packAll()
await stages(
  packs.flatMap(({ name, tarball }) => [
    [`publint ${name}`, [tool('publint'), 'run', tarball, '--strict']],
    [`attw ${name}`, [tool('attw'), tarball, '--profile', 'esm-only']],
  ]),
)
