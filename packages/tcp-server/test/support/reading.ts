import type { ConnectionOptions } from '../../src/index.ts'

/** How the tests let octets be read: all of them run in both ways (vitest.config.ts). */
export const READING: Required<Pick<ConnectionOptions, 'reading'>> = {
  reading: process.env['READING'] === 'events' ? 'events' : 'auto',
}
