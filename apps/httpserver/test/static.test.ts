import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makePipe, openFilesIn, temporaryFolder } from './support/files.ts'
import { ask } from './support/http-peer.ts'
import { exchange } from './support/raw-client.ts'
import { startTestApplication } from './support/test-application.ts'
import type { TestApplication } from './support/test-application.ts'

const base = await temporaryFolder()
const root = join(base, 'public')
const SECRET = 'for nobody'

let application: TestApplication

beforeAll(async () => {
  await mkdir(join(root, 'guide/café au lait'), { recursive: true })
  await mkdir(join(root, 'empty'))
  await mkdir(join(root, '.git'))
  const files = {
    'index.html': '<h1>Home</h1>',
    'guide/index.html': '<h1>Guide</h1>',
    'guide/café au lait/index.html': '<h1>Café</h1>',
    'guide/film.mp4': '0123456789',
    'a.txt': 'plain',
    '100%.txt': 'all',
    'unknown.qqq': 'what',
    LICENSE: 'free',
    '.env': SECRET,
    '.git/config': SECRET,
  }
  for (const [name, content] of Object.entries(files)) await writeFile(join(root, name), content)
  await writeFile(join(base, 'secret.txt'), SECRET)
  await symlink('../secret.txt', join(root, 'leak.txt'))
  await symlink('..', join(root, 'up'))
  makePipe(join(root, 'pipe'))
  application = await startTestApplication({ public: root, unknown: 404 })
})

afterAll(() => application.stop())

describe('/static', () => {
  test.each([
    ['/static/a.txt', 'plain', 'text/plain; charset=utf-8'],
    ['/static/a.txt?version=2', 'plain', 'text/plain; charset=utf-8'],
    ['/static/%61%2Etxt', 'plain', 'text/plain; charset=utf-8'],
    ['/static/100%25.txt', 'all', 'text/plain; charset=utf-8'],
    ['/static/guide/film.mp4', '0123456789', 'video/mp4'],
    ['/static/unknown.qqq', 'what', 'application/octet-stream'],
    ['/static/LICENSE', 'free', 'application/octet-stream'],
    ['/static/', '<h1>Home</h1>', 'text/html; charset=utf-8'],
    ['/static/index.html', '<h1>Home</h1>', 'text/html; charset=utf-8'],
    ['/static/guide/', '<h1>Guide</h1>', 'text/html; charset=utf-8'],
    ['/static/guide/caf%C3%A9%20au%20lait/', '<h1>Café</h1>', 'text/html; charset=utf-8'],
  ])('%s is a file of the folder', async (path, content, contentType) => {
    const response = await ask(application.port, path)
    expect([response.status, response.text]).toEqual([200, content])
    expect(response.headers['content-type']).toBe(contentType)
    expect(response.headers['x-content-type-options']).toBe('nosniff')
    expect(response.headers['accept-ranges']).toBe('bytes')
    expect(response.headers.etag).toBeDefined()
    expect(response.headers['last-modified']).toBeDefined()
  })

  test.each([
    ['/static', '/static/'],
    ['/static?a=b', '/static/?a=b'],
    ['/static?%0d%0aSet-Cookie:%20a', '/static/?%0d%0aSet-Cookie:%20a'],
    ["/static?!$&'()*+,;=:@/?-._~", "/static/?!$&'()*+,;=:@/?-._~"],
    ['/static/guide', '/static/guide/'],
    ['/static/%67uide?a=//b', '/static/guide/?a=//b'],
    ['/static/guide/caf%c3%a9%20au%20lait', '/static/guide/caf%C3%A9%20au%20lait/'],
  ])(
    '%s leads to %s, so that the links of the page are right (RFC 9110 §15.4.2)',
    async (path, address) => {
      const response = await ask(application.port, path)
      expect([response.status, response.headers.location]).toEqual([301, address])
    },
  )

  test('leads nowhere else, whatever the authority in the target (RFC 9112 §3.2.2)', async () => {
    const text = await exchange(
      application.port,
      'GET http://elsewhere.test/static/guide HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    )
    expect(text).toContain('\r\nLocation: /static/guide/\r\n')
  })

  test.each([
    ['what is not there', '/static/nothing'],
    ['a folder without a page', '/static/empty/'],
    ['a folder without a page, without its slash', '/static/empty'],
    ['a file as if it were a folder', '/static/a.txt/'],
    ['a file below a file', '/static/a.txt/b'],
    ['a hidden file', '/static/.env'],
    ['a hidden folder', '/static/.git/config'],
    ['an encoded hidden file', '/static/%2eenv'],
    ['a pipe', '/static/pipe'],
    ['a link that leads out', '/static/leak.txt'],
    ['a file behind a link that leads out', '/static/up/secret.txt'],
    ['an empty segment', '/static//a.txt'],
    ['a NUL', '/static/a.txt%00'],
    ['a name that objects have', '/static/a.__proto__'],
    ['too long a name', `/static/${'a'.repeat(300)}`],
    ['too long a path', `/static${'/a'.repeat(3000)}`],
    ['no escape', '/static/%zz'],
    ['another letter case of the prefix', '/STATIC/a.txt'],
    ['a path that only begins like the prefix', '/statica.txt'],
    ['an encoded prefix', '/%73tatic/a.txt'],
  ])('%s is 404 (RFC 9110 §15.5.5)', async (_title, path) => {
    const text = await exchange(
      application.port,
      `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    )
    expect(text).toMatch(/^HTTP\/1\.1 404 /)
    expect(text).not.toContain(SECRET)
  })

  test('gives ranges and knows what the client has, as /video does (RFC 9110 §13, §14)', async () => {
    const path = '/static/guide/film.mp4'
    const part = await ask(application.port, path, { headers: { range: 'bytes=2-4' } })
    expect([part.status, part.text]).toEqual([206, '234'])
    expect(part.headers['content-range']).toBe('bytes 2-4/10')
    const headers = { 'if-none-match': part.headers.etag }
    expect((await ask(application.port, path, { headers })).status).toBe(304)
  })

  test('answers HEAD with the length and without the content (RFC 9110 §9.3.2)', async () => {
    const response = await ask(application.port, '/static/a.txt', { method: 'HEAD' })
    expect([response.status, response.headers['content-length'], response.text]).toEqual([
      200,
      '5',
      '',
    ])
    expect((await ask(application.port, '/static/nothing', { method: 'HEAD' })).status).toBe(404)
  })

  test.each([
    ['OPTIONS', 204, 'GET, HEAD, OPTIONS'],
    ['POST', 405, 'GET, HEAD, OPTIONS'],
    ['DELETE', 405, 'GET, HEAD, OPTIONS'],
    ['FROBNICATE', 501, undefined],
  ])('answers %s with %i (RFC 9110 §9.1, §15.5.6)', async (method, status, allow) => {
    const response = await ask(application.port, '/static/a.txt', { method })
    expect([response.status, response.headers.allow]).toEqual([status, allow])
  })

  test('is a path without a route when no folder is public', async () => {
    const without = await startTestApplication({ unknown: 404 })
    const { status, headers } = await ask(without.port, '/static/a.txt')
    expect([status, headers['content-type']]).toEqual([404, 'text/html; charset=utf-8'])
    without.stop()
  })

  test.each([
    ['is missing', () => join(base, 'nothing')],
    ['is a file', () => join(base, 'secret.txt')],
  ])('tells at the start that its folder %s, and answers 404', async (_title, folder) => {
    const without = await startTestApplication({ public: folder() })
    expect(without.log.warnings).toEqual([expect.stringMatching(/^\/static answers 404: E\w+: /)])
    expect((await ask(without.port, '/static/a.txt')).status).toBe(404)
    expect((await ask(without.port, '/static/')).status).toBe(404)
    expect((await ask(without.port, '/static')).status).toBe(404)
    without.stop()
  })

  test('whatever the target, nothing from outside is given and nothing breaks (RFC 9110 §17.3)', async () => {
    const part = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom('..', '.', '/', '//', '\\', 'up', 'guide', '.env', 'a.txt'),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom('%2e', '%2f', '%5c', '%00', '%25', '%c0%ae', '%c0%af', '%'),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom('secret.txt', 'leak.txt', '.git', 'config', ';', ':', '~'),
      },
      { weight: 1, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 3 }) },
    )
    const path = fc
      .array(part, { maxLength: 10 })
      .map((parts) => parts.join('').replaceAll(/[\s?#]/g, ''))
    await fc.assert(
      fc.asyncProperty(path, async (path) => {
        const text = await exchange(
          application.port,
          `GET /static/${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
        )
        // 400: the parser lets no such octet into a target.
        expect(text).toMatch(/^HTTP\/1\.1 (?:200|301|400|404) /)
        expect(text).not.toContain(SECRET)
      }),
      { numRuns: 500 },
    )
    expect(await openFilesIn(base)).toBe(0)
  })
})
