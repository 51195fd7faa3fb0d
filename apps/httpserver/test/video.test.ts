import { createHash } from 'node:crypto'
import { readFile, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from './support/files.ts'
import { ask } from './support/http-peer.ts'
import { RawClient } from './support/raw-client.ts'
import { startTestApplication, testConfig } from './support/test-application.ts'
import type { TestApplication } from './support/test-application.ts'

const LARGE_BYTES = 64 * 1024 * 1024

const directory = await temporaryFolder()
const largeFile = join(directory, 'large.mp4')
let application: TestApplication

beforeAll(async () => {
  await writeFile(largeFile, Buffer.alloc(LARGE_BYTES, 'octets of a film'))
  application = await startTestApplication()
})

afterAll(() => application.stop())

describe('/video', () => {
  test('gives the file that comes with the program, octet by octet', async () => {
    const response = await ask(application.port, '/video')
    const file = await readFile(testConfig().video)
    expect(response.status).toBe(200)
    expect(response.headers['content-type']).toBe('video/mp4')
    expect(response.headers['x-content-type-options']).toBe('nosniff')
    expect(response.headers['content-length']).toBe(String(file.length))
    expect(response.body.equals(file)).toBe(true)
  })

  test.each([
    ['film.webm', 'video/webm'],
    ['film', 'video/mp4'],
  ])('%s is %s', async (name, contentType) => {
    const video = join(directory, name)
    await writeFile(video, 'octets')
    const other = await startTestApplication({ video })
    const { headers } = await ask(other.port, '/video')
    expect(headers['content-type']).toBe(contentType)
    other.stop()
  })

  test('gives one that came after the start, and another one in its place', async () => {
    const video = join(directory, 'late.mp4')
    const late = await startTestApplication({ video })
    expect((await ask(late.port, '/video')).status).toBe(404)
    await writeFile(video, 'one')
    const first = await ask(late.port, '/video')
    await writeFile(video, 'another')
    const second = await ask(late.port, '/video')
    expect([first.text, second.text]).toEqual(['one', 'another'])
    expect(second.headers.etag).not.toBe(first.headers.etag)
    late.stop()
  })

  test('is not dated later than the response, and then no date stands for a range of it (RFC 9110 §8.8.2.1, §13.1.5)', async () => {
    const video = join(directory, 'new.mp4')
    await writeFile(video, 'octets')
    await utimes(video, 9_999_999_999, 9_999_999_999)
    const fresh = await startTestApplication({ video })
    const { headers } = await ask(fresh.port, '/video')
    const modified = headers['last-modified'] ?? ''
    expect(Date.parse(modified)).toBeLessThanOrEqual(Date.parse(headers.date ?? ''))
    const ranged = { range: 'bytes=0-1', 'if-range': modified }
    expect((await ask(fresh.port, '/video', { headers: ranged })).status).toBe(200)
    fresh.stop()
  })

  test('answers HEAD with the length and without the content (RFC 9110 §9.3.2)', async () => {
    const file = await readFile(testConfig().video)
    const response = await ask(application.port, '/video', { method: 'HEAD' })
    expect(response.headers['content-length']).toBe(String(file.length))
    expect(response.body).toHaveLength(0)
  })

  test('streams a large file', async () => {
    const large = await startTestApplication({ video: largeFile })
    const response = await ask(large.port, '/video')
    const expected = createHash('sha256').update(await readFile(largeFile))
    expect(createHash('sha256').update(response.body).digest('hex')).toBe(expected.digest('hex'))
    large.stop()
  })

  test('an empty file is an empty response, also to a Range that asks for all of it (RFC 9110 §14.1.2)', async () => {
    const file = join(directory, 'empty.mp4')
    await writeFile(file, '')
    const empty = await startTestApplication({ video: file })
    const response = await ask(empty.port, '/video')
    expect(response.status).toBe(200)
    expect(response.body).toHaveLength(0)
    const withRange = async (headers: Record<string, string>): Promise<unknown[]> => {
      const { status, headers: fields } = await ask(empty.port, '/video', { headers })
      return [status, fields['content-range']]
    }
    for (const range of ['bytes=0-', 'bytes=-5', 'bytes=0-,7-']) {
      expect(await withRange({ range })).toEqual([200, undefined])
    }
    for (const range of ['bytes=0-0', 'bytes=1-', 'bytes=-0']) {
      expect(await withRange({ range })).toEqual([416, 'bytes */0'])
      expect(await withRange({ range, 'if-range': '"other"' })).toEqual([200, undefined])
    }
    empty.stop()
  })

  test('reads no further than the client takes', async () => {
    const large = await startTestApplication({ video: largeFile })
    const client = new RawClient(large.port)
    client.send('GET /video HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    await client.until(/\r\n\r\n/)
    client.socket.pause()
    // Long enough to read the file whole, if it were to.
    for (let i = 0; i < 10; i++) await readFile(largeFile)
    expect(large.log.entries).toEqual([])
    client.socket.resume()
    const head = client.received.indexOf('\r\n\r\n') + 4
    expect((await client.untilClosed()).length - head).toBe(LARGE_BYTES)
    large.stop()
  })

  test('a file that shrinks meanwhile is a cut, not a short film (RFC 9112 §8)', async () => {
    const file = join(directory, 'shrinking.mp4')
    await writeFile(file, Buffer.alloc(LARGE_BYTES))
    const shrinking = await startTestApplication({ video: file })
    const client = new RawClient(shrinking.port)
    client.send('GET /video HTTP/1.1\r\nHost: a\r\n\r\n')
    await client.until(/\r\n\r\n/)
    client.socket.pause()
    await truncate(file, 1000)
    client.socket.resume()
    const received = await client.untilClosed()
    expect(received.length).toBeLessThan(LARGE_BYTES)
    expect(await shrinking.log.entry(0)).toMatchObject({ fault: 'ERR_FILE_CHANGED' })
    shrinking.stop()
  })

  test('a client that leaves ends the reading', async () => {
    const large = await startTestApplication({ video: largeFile })
    const client = new RawClient(large.port)
    client.send('GET /video HTTP/1.1\r\nHost: a\r\n\r\n')
    await client.until(/\r\n\r\n/)
    client.socket.resetAndDestroy()
    const entry = await large.log.entry(0)
    expect(entry.bytes).toBeLessThan(LARGE_BYTES)
    expect(entry.fault).toMatch(/^ERR_(SOCKET|PEER_CLOSED)$/)
    large.stop()
  })

  test.each([
    ['is missing', () => join(directory, 'missing.mp4')],
    ['is a directory', () => directory],
    ['is an endless device', () => '/dev/zero'],
  ])('answers 404 when its file %s', async (_title, file) => {
    const without = await startTestApplication({ video: file() })
    const response = await ask(without.port, '/video')
    expect(response.status).toBe(404)
    expect(response.text).toBe('The video file is missing.\n')
    without.stop()
  })

  test('a missing file is told at the start', async () => {
    const without = await startTestApplication({ video: join(directory, 'missing.mp4') })
    expect(without.log.warnings).toEqual([
      expect.stringMatching(/^\/video answers 404: .*missing\.mp4/),
    ])
    without.stop()
  })

  test('says that it takes ranges, and which state of the file this is (RFC 9110 §14.3, §8.8)', async () => {
    const { headers } = await ask(application.port, '/video')
    expect(headers['accept-ranges']).toBe('bytes')
    expect(headers.etag).toMatch(/^"[0-9a-f]+-[0-9a-f]+"$/)
    expect(Date.parse(headers['last-modified'] ?? '')).toBeLessThan(Date.now())
  })

  test('gives one range as 206 with Content-Range (RFC 9110 §15.3.7.1)', async () => {
    const file = await readFile(testConfig().video)
    const response = await ask(application.port, '/video', { headers: { range: 'bytes=5-9' } })
    expect(response.status).toBe(206)
    expect(response.headers['content-range']).toBe(`bytes 5-9/${file.length}`)
    expect(response.headers['content-type']).toBe('video/mp4')
    expect(response.body).toEqual(file.subarray(5, 10))
  })

  test('gives several ranges as the parts of one body (RFC 9110 §15.3.7.2)', async () => {
    const file = await readFile(testConfig().video)
    const end = file.length - 1
    const response = await ask(application.port, '/video', { headers: { range: 'bytes=0-4,-3' } })
    const type = response.headers['content-type'] ?? ''
    const boundary = /^multipart\/byteranges; boundary=([0-9a-f]+)$/.exec(type)?.[1]
    const part = (first: number, last: number): string =>
      `\r\n--${boundary}\r\nContent-Type: video/mp4\r\nContent-Range: bytes ${first}-${last}/${file.length}\r\n\r\n` +
      file.toString('latin1', first, last + 1)
    expect(response.status).toBe(206)
    expect(response.body.toString('latin1')).toBe(
      `${part(0, 4)}${part(end - 2, end)}\r\n--${boundary}--\r\n`,
    )
  })

  test('answers a range behind the end with 416 and the length (RFC 9110 §15.5.17)', async () => {
    const { length } = await readFile(testConfig().video)
    const headers = { range: `bytes=${length}-` }
    const response = await ask(application.port, '/video', { headers })
    expect(response.status).toBe(416)
    expect(response.headers['content-range']).toBe(`bytes */${length}`)
  })

  test('ignores Range for HEAD (RFC 9110 §14.2)', async () => {
    const { length } = await readFile(testConfig().video)
    const headers = { range: 'bytes=0-4' }
    const response = await ask(application.port, '/video', { method: 'HEAD', headers })
    expect(response.status).toBe(200)
    expect(response.headers['content-length']).toBe(String(length))
  })

  test('answers what the client has already with 304, and another state with 412 or whole (RFC 9110 §13)', async () => {
    const { headers } = await ask(application.port, '/video')
    const known = await ask(application.port, '/video', {
      headers: { 'if-none-match': headers.etag, range: 'bytes=0-4' },
    })
    expect([known.status, known.body.length, known.headers.etag]).toEqual([304, 0, headers.etag])
    // RFC 9110 §15.4.5: nothing else about the representation.
    expect(known.headers['last-modified']).toBeUndefined()
    expect(known.headers['content-type']).toBeUndefined()
    const other = await ask(application.port, '/video', { headers: { 'if-match': '"other"' } })
    expect(other.status).toBe(412)
    const stale = { 'if-range': '"other"', range: 'bytes=0-4' }
    expect((await ask(application.port, '/video', { headers: stale })).status).toBe(200)
    const same = { 'if-range': headers.etag, range: 'bytes=0-4' }
    expect((await ask(application.port, '/video', { headers: same })).status).toBe(206)
  })

  test('a condition on a file that is not there is none (RFC 9110 §13.2.1)', async () => {
    const without = await startTestApplication({ video: join(directory, 'missing.mp4') })
    for (const name of ['if-match', 'if-none-match']) {
      const headers = { [name]: '*', range: 'bytes=0-4' }
      expect((await ask(without.port, '/video', { headers })).status).toBe(404)
    }
    without.stop()
  })

  test('ranges that add up to more than there is are sent once (RFC 9110 §14.2, §17.15)', async () => {
    const { length } = await readFile(testConfig().video)
    const headers = { range: `bytes=${Array.from({ length: 16 }, () => '0-').join(',')}` }
    const response = await ask(application.port, '/video', { headers })
    expect([response.status, response.body.length]).toEqual([206, length])
    expect(response.headers['content-range']).toBe(`bytes 0-${length - 1}/${length}`)
  })

  test('cuts a response in parts when the file shrinks (RFC 9112 §8)', async () => {
    const file = join(directory, 'shrinking-parts.mp4')
    await writeFile(file, Buffer.alloc(LARGE_BYTES))
    const shrinking = await startTestApplication({ video: file })
    const client = new RawClient(shrinking.port)
    client.send(`GET /video HTTP/1.1\r\nHost: a\r\nRange: bytes=0-${LARGE_BYTES - 1000},-5\r\n\r\n`)
    await client.until(/Content-Range/)
    client.socket.pause()
    await truncate(file, 1000)
    client.socket.resume()
    const text = await client.untilClosed()
    expect(text).not.toContain(`Content-Range: bytes ${LARGE_BYTES - 5}`)
    shrinking.stop()
  })
})
