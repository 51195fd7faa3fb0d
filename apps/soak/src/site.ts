import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** What the server serves, and how it was told to behave. */
export interface Site {
  readonly successPage: Buffer
  readonly notFoundPage: Buffer
  readonly video: Buffer
  readonly settings: SiteSettings
}

/** What the server is started with; times in milliseconds. */
export interface SiteSettings {
  readonly headerTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly keepAliveTimeoutMs: number
  readonly writeTimeoutMs: number
  readonly gracePeriodMs: number
  readonly maxBodyBytes: number
}

const locate = createRequire(import.meta.url)

/** The built program that is soaked. */
export const SERVER_PROGRAM: string = locate.resolve('httpserver/dist/main.js')

// Short, so that a minute meets every deadline many times, and long enough for clients on a machine that is busy.
const SETTINGS: SiteSettings = {
  headerTimeoutMs: 2000,
  requestTimeoutMs: 3000,
  keepAliveTimeoutMs: 3000,
  writeTimeoutMs: 2000,
  gracePeriodMs: 3000,
  maxBodyBytes: 1_048_576,
}

/** Reads what the server is going to serve. */
export function loadSite(): Site {
  const read = (file: string): Buffer => readFileSync(locate.resolve(`httpserver/${file}`))
  return {
    successPage: read('src/pages/success.html'),
    notFoundPage: read('src/pages/not-found.html'),
    video: read('assets/vim.mp4'),
    settings: SETTINGS,
  }
}

/** The environment that makes the server so. */
export function environmentOf(settings: SiteSettings): Record<string, string> {
  return {
    PORT: '0',
    HOST: '127.0.0.1',
    HTTPBIN_UPSTREAM: 'embedded',
    UNKNOWN: '404',
    TEST_ROUTES: '1',
    HEADER_TIMEOUT_MS: String(settings.headerTimeoutMs),
    REQUEST_TIMEOUT_MS: String(settings.requestTimeoutMs),
    KEEP_ALIVE_TIMEOUT_MS: String(settings.keepAliveTimeoutMs),
    WRITE_TIMEOUT_MS: String(settings.writeTimeoutMs),
    GRACE_PERIOD_MS: String(settings.gracePeriodMs),
    MAX_BODY_SIZE: String(settings.maxBodyBytes),
  }
}
