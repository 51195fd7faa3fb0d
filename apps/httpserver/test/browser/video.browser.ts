import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Response } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startChromium } from '../support/chromium.ts'
import { temporaryFolder } from '../support/files.ts'
import { writeStretchedFilm } from '../support/stretched-film.ts'
import { startTestApplication } from '../support/test-application.ts'
import type { TestApplication } from '../support/test-application.ts'

// 20 seconds, red in the first half and blue in the second, with a picture that stands alone in every second. Made by
// ffmpeg -f lavfi -i color=red:s=64x64:r=5:d=10 -f lavfi -i color=blue:s=64x64:r=5:d=10 -f lavfi -i anullsrc=r=8000:cl=mono
//   -filter_complex '[0][1]concat[v]' -map '[v]' -map 2:a -t 20 -c:v libx264 -g 5 -pix_fmt yuv420p -c:a aac -b:a 8k
//   -movflags +faststart
const FILM = fileURLToPath(new URL('../fixtures/red-then-blue.mp4', import.meta.url))
const FILM_SECONDS = 20
// More than Chromium loads ahead.
const GAP_BYTES = 256 * 1024 * 1024

const folder = await temporaryFolder()
let secondHalf: number
let application: TestApplication
let browser: Browser

beforeAll(async () => {
  const film = join(folder, 'film.mp4')
  const root = join(folder, 'public')
  await mkdir(join(root, 'films'), { recursive: true })
  secondHalf = await writeStretchedFilm(FILM, film, GAP_BYTES)
  await writeStretchedFilm(FILM, join(root, 'films', 'film.mp4'), GAP_BYTES)
  for (const [name, source] of [
    ['index.html', '/video'],
    ['films/index.html', 'film.mp4'],
  ] as const) {
    await writeFile(
      join(root, name),
      `<!doctype html><title>A film</title><video muted src="${source}"></video>`,
    )
  }
  application = await startTestApplication({ video: film, public: root })
  browser = await startChromium()
})

afterAll(async () => {
  await browser?.close()
  application?.stop()
})

/** What the page sees, in its own words, when it has gone to a place in the film. */
const seek = (seconds: number): string => `
  new Promise((resolve, reject) => {
    const video = document.querySelector('video')
    const fail = () => reject(new Error(video.error.message))
    if (video.error !== null) return fail()
    video.onerror = fail
    video.onseeked = () => {
      const canvas = document.createElement('canvas')
      const context = canvas.getContext('2d')
      context.drawImage(video, 0, 0)
      const [red, green, blue] = context.getImageData(20, 20, 1, 1).data
      resolve({ seconds: video.currentTime, duration: video.duration, isRed: red > 200 && blue < 50, isBlue: blue > 200 && red < 50 })
    }
    video.currentTime = ${seconds}
  })`

interface Sight {
  readonly seconds: number
  readonly duration: number
  readonly isRed: boolean
  readonly isBlue: boolean
}

/** What a response says of the part it gives, or undefined when it gives none. */
async function firstOctet(response: Response): Promise<number | undefined> {
  const contentRange = await response.headerValue('content-range')
  const first = /^bytes (\d+)-\d+\/\d+$/.exec(contentRange ?? '')?.[1]
  return first === undefined ? undefined : Number(first)
}

describe('a film in Chromium', () => {
  test.each([
    ['/video', '/static/', '/video'],
    ['a file of the public folder', '/static/films', '/static/films/film.mp4'],
  ])(
    '%s can be looked at in any order, in parts (RFC 9110 §14.2)',
    async (_title, pagePath, filmPath) => {
      const page = await browser.newPage()
      const responses: Response[] = []
      page.on('response', (response) => {
        if (new URL(response.url()).pathname === filmPath) responses.push(response)
      })
      await page.goto(`http://127.0.0.1:${application.port}${pagePath}`)
      const sights: Sight[] = []
      for (const seconds of [2, 17, 5, 19]) sights.push(await page.evaluate<Sight>(seek(seconds)))
      expect(sights.map(({ seconds }) => seconds)).toEqual([2, 17, 5, 19])
      expect(sights.map(({ isRed }) => isRed)).toEqual([true, false, true, false])
      expect(sights.map(({ isBlue }) => isBlue)).toEqual([false, true, false, true])
      expect(sights[0]?.duration).toBeCloseTo(FILM_SECONDS, 0)
      expect(new Set(responses.map((response) => response.status()))).toEqual(new Set([206]))
      const places = await Promise.all(responses.map(firstOctet))
      // From the beginning, and then from somewhere behind the gap, which was not loaded.
      expect(places[0]).toBe(0)
      expect(places.filter((place) => place !== undefined && place > secondHalf / 2)).not.toEqual(
        [],
      )
      await page.close()
    },
  )
})
