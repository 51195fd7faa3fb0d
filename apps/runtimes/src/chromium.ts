// The browser gets the built files as they are, as modules behind an import map: no bundler, no server, no network.
import { readFile } from 'node:fs/promises'
import { chromium } from 'playwright-core'

const ORIGIN = 'http://rawhttp.test'
const ROOT = new URL('../../../', import.meta.url)
const PACKAGES = [
  'headers',
  'message-framing',
  'request-parser',
  'request-writer',
  'response-parser',
  'response-writer',
]
const ENTRY = '/apps/runtimes/dist/perform.js'

const OFFLINE = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
  '--no-sandbox',
]

/** What came of each exercise there. */
export async function performInChromium(): Promise<unknown> {
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
  const browser = await chromium.launch({ executablePath, args: OFFLINE })
  try {
    const page = await browser.newPage()
    const failures: string[] = []
    page.on('pageerror', (error) => failures.push(error.message))
    page.on('console', (message) => failures.push(message.text()))
    await page.route('**/*', async (route) => {
      const { pathname } = new URL(route.request().url())
      if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: document() })
      const body = await readFile(new URL(`.${pathname}`, ROOT), 'utf8')
      return route.fulfill({ contentType: 'text/javascript', body })
    })
    await page.goto(ORIGIN)
    const outcomes = await page.evaluate(`import('${ENTRY}').then(({ perform }) => perform())`)
    if (failures.length > 0) throw new Error(failures.join('\n'))
    return outcomes
  } finally {
    await browser.close()
  }
}

function document(): string {
  const imports = Object.fromEntries(
    PACKAGES.map((name) => [`@rawhttp/${name}`, `/packages/${name}/dist/index.js`]),
  )
  return `<!doctype html><link rel="icon" href="data:,"><script type="importmap">${JSON.stringify({ imports })}</script>`
}
