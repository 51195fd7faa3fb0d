// Makes vim.mp4: a session of the real vim in tmux, each screen drawn by Chromium, joined by ffmpeg.
// usage: node assets/make-video.mjs      (needs vim, tmux, chromium and ffmpeg)
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { chromium } from 'playwright-core'

const ESCAPE = '\x1b'
const COLUMNS = 72
const ROWS = 18
const FRAMES_PER_SECOND = 15
const TMUX_SOCKET = 'rawhttp-video'
const OUTPUT = new URL('vim.mp4', import.meta.url).pathname

const PROGRAM = `import { serve } from '@rawhttp/tcp-server'

const server = await serve(42069, (request, writer) => {
  const { method, requestTarget } = request.requestLine
  writer.respond(200, \`\${method} \${requestTarget}\\n\`)
})
console.log(\`port \${server.port}\`)
`

const BASIC = [
  '#1c1f26',
  '#e06c75',
  '#98c379',
  '#e5c07b',
  '#61afef',
  '#c678dd',
  '#56b6c2',
  '#d7dae0',
]
const BRIGHT = [
  '#5c6370',
  '#ff7b86',
  '#b5e890',
  '#ffd68a',
  '#7cc4ff',
  '#de9bf5',
  '#70d5e0',
  '#ffffff',
]

function color(index) {
  if (index < 8) return BASIC[index]
  if (index < 16) return BRIGHT[index - 8]
  const gray = 8 + (index - 232) * 10
  if (index >= 232) return `rgb(${gray},${gray},${gray})`
  const steps = [36, 6, 1].map((weight) => Math.floor((index - 16) / weight) % 6)
  return `rgb(${steps.map((step) => (step === 0 ? 0 : 55 + step * 40)).join()})`
}

function applyGraphics(style, parameters) {
  const codes = parameters.split(';').map(Number)
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]
    if (code === 0) style = {}
    else if (code === 1) style = { ...style, bold: true }
    else if (code === 7) style = { ...style, inverse: true }
    else if (code === 22) style = { ...style, bold: false }
    else if (code === 27) style = { ...style, inverse: false }
    else if (code === 38 || code === 48) {
      style = { ...style, [code === 38 ? 'front' : 'back']: color(codes[i + 2]) }
      i += 2
    } else if (code >= 30 && code < 40)
      style = { ...style, front: code === 39 ? undefined : color(code - 30) }
    else if (code >= 40 && code < 50)
      style = { ...style, back: code === 49 ? undefined : color(code - 40) }
    else if (code >= 90 && code < 98) style = { ...style, front: color(code - 82) }
  }
  return style
}

function lineToHtml(line) {
  let style = {}
  let html = ''
  // Escape, bracket, parameters, "m", and then the text that they are for.
  for (const part of `${ESCAPE}[m${line}`.split(`${ESCAPE}[`).slice(1)) {
    const end = part.indexOf('m')
    style = applyGraphics(style, part.slice(0, end))
    const front = style.front ?? '#d7dae0'
    const back = style.back ?? '#1c1f26'
    const text = part
      .slice(end + 1)
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
    html += `<span style="color:${style.inverse ? back : front};background:${style.inverse ? front : back};${style.bold ? 'font-weight:bold' : ''}">${text}</span>`
  }
  return html
}

const tmux = (...args) =>
  execFileSync('tmux', ['-L', TMUX_SOCKET, '-f', '/dev/null', ...args], { encoding: 'utf8' })

function screenAsHtml() {
  const lines = tmux('capture-pane', '-e', '-p', '-t', 'video').split('\n').slice(0, ROWS)
  const [x, y] = tmux('display-message', '-p', '-t', 'video', '#{cursor_x} #{cursor_y}')
    .split(' ')
    .map(Number)
  return `<style>body{margin:0;background:#1c1f26}pre{margin:12px;font:15px/20px "DejaVu Sans Mono"}
    i{position:absolute;left:calc(12px + ${x}ch);top:${12 + y * 20}px;width:1ch;height:20px;background:#d7dae0aa}</style>
    <pre style="position:relative;margin:0;padding:12px">${lines.map(lineToHtml).join('\n')}<i></i></pre>`
}

rmSync('/tmp/server.ts', { force: true })
tmux(
  'new-session',
  '-d',
  '-s',
  'video',
  '-x',
  String(COLUMNS),
  '-y',
  String(ROWS),
  'env TERM=screen-256color vim -u NONE -N -n --cmd "syntax on" --cmd "set bg=dark nu sw=2 laststatus=2 ttimeoutlen=0 showmode showcmd mouse=" /tmp/server.ts',
)
tmux('set', '-g', 'status', 'off')
tmux('set', '-s', 'escape-time', '0')
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
const page = await browser.newPage({ viewport: { width: 704, height: 384 } })
const ffmpeg = spawn(
  'ffmpeg',
  [
    '-y',
    '-loglevel',
    'error',
    '-f',
    'image2pipe',
    '-framerate',
    String(FRAMES_PER_SECOND),
    '-i',
    '-',
    '-c:v',
    'libx264',
    '-profile:v',
    'main',
    '-preset',
    'veryslow',
    '-crf',
    '24',
    '-pix_fmt',
    'yuv420p',
    '-map_metadata',
    '-1',
    '-fflags',
    '+bitexact',
    '-flags:v',
    '+bitexact',
    '-movflags',
    '+faststart',
    OUTPUT,
  ],
  { stdio: ['pipe', 'inherit', 'inherit'] },
)

async function frame(count = 1) {
  await page.setContent(screenAsHtml())
  const picture = await page.screenshot()
  for (let i = 0; i < count; i++)
    if (!ffmpeg.stdin.write(picture)) await once(ffmpeg.stdin, 'drain')
}

async function type(keys, perFrame) {
  for (let i = 0; i < keys.length; i += perFrame) {
    const part = keys.slice(i, i + perFrame)
    for (const key of part) {
      if (key === '\n') tmux('send-keys', '-t', 'video', 'Enter')
      else if (key === ESCAPE) tmux('send-keys', '-t', 'video', 'Escape')
      else tmux('send-keys', '-t', 'video', '-l', key === ';' ? '\\;' : key)
    }
    await pause(25)
    await frame()
  }
}

await pause(500)
await frame(8)
await type(`i${PROGRAM}`, 3)
await type('\x1b', 1)
await frame(6)
await type('gg2jVjjj', 1)
await frame(8)
await type('\x1b:w\n', 1)
await frame(15)
tmux('kill-server')
ffmpeg.stdin.end()
await once(ffmpeg, 'exit')
await browser.close()
rmSync('/tmp/server.ts', { force: true })
