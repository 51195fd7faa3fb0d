// npm start: installs, builds and becomes the server. The server runs in this process, which npm starts without a shell in between
// (exec), so that a signal meant for it reaches it.
import { install } from './install.mjs'
import { root, stages } from './stage.mjs'

if (!(await install())) process.exit(1)
await stages([['build', [`${root}node_modules/.bin/tsc`, '-b', 'apps/httpserver']]])
process.setSourceMapsEnabled(true)
await import('../apps/httpserver/dist/main.js')
