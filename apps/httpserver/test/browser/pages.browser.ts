import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startChromium } from '../support/chromium.ts'
import { startTestApplication } from '../support/test-application.ts'
import type { TestApplication } from '../support/test-application.ts'

let application: TestApplication
let browser: Browser
let page: Page

beforeAll(async () => {
  application = await startTestApplication()
  browser = await startChromium()
  page = await browser.newPage()
})

afterAll(async () => {
  await browser?.close()
  application?.stop()
})

function address(path: string): string {
  return `http://127.0.0.1:${application.port}${path}`
}

describe('in Chromium', () => {
  test.each([
    ['/', '200 OK', 'Success!', 'Your request was an absolute banger.'],
    ['/yourproblem', '400 Bad Request', 'Bad Request', 'Your request honestly kinda sucked.'],
    [
      '/myproblem',
      '500 Internal Server Error',
      'Internal Server Error',
      'Okay, you know what? This one is on me.',
    ],
  ])('%s is the page that it should be', async (path, title, heading, text) => {
    await page.goto(address(path))
    expect(await page.title()).toBe(title)
    expect(await page.textContent('h1')).toBe(heading)
    expect(await page.textContent('p')).toBe(text)
  })

  test('/video plays', async () => {
    await page.goto(address('/'))
    // In the words of the page, where there is a DOM.
    const film = await page.evaluate<{ width: number; height: number; colors: number }>(`
      new Promise((resolve, reject) => {
        const video = document.createElement('video')
        video.muted = true
        video.playbackRate = 4
        video.onerror = () => reject(new Error(video.error.message))
        video.ontimeupdate = () => {
          if (video.currentTime < 2) return
          const canvas = document.createElement('canvas')
          canvas.width = video.videoWidth
          canvas.height = video.videoHeight
          const context = canvas.getContext('2d')
          context.drawImage(video, 0, 0)
          const pixels = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer)
          resolve({ width: canvas.width, height: canvas.height, colors: new Set(pixels).size })
        }
        video.src = '/video'
        document.body.append(video)
        video.play().catch(reject)
      })`)
    expect(film).toMatchObject({ width: 704, height: 384 })
    expect(film.colors).toBeGreaterThan(10)
  })

  test('/echo shows what the browser sent', async () => {
    await page.goto(address('/echo/browser?x=1'))
    const echo = JSON.parse((await page.textContent('pre')) ?? '') as unknown
    expect(echo).toMatchObject({ method: 'GET', path: '/echo/browser', query: { x: ['1'] } })
  })

  test('/httpbin arrives whole, trailers and all', async () => {
    await page.goto(address('/'))
    const size = await page.evaluate<number>(
      `fetch('/httpbin/stream-bytes/50000').then((response) => response.arrayBuffer()).then((octets) => octets.byteLength)`,
    )
    expect(size).toBe(50_000)
  })
})
