// npm start: installs, builds and becomes the server. The server runs in this process, so that a signal meant for it reaches it.
import { install, root, stages } from './stage.mjs'

await stages([
  ['install', install],
  ['build', [`${root}node_modules/.bin/tsc`, '-b', 'apps/httpserver']],
])
process.setSourceMapsEnabled(true)
await import('../apps/httpserver/dist/main.js')
