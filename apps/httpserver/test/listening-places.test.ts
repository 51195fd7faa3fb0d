import { describe, expect, test } from 'vitest'
import { listeningPlaces } from '../src/listening-places.ts'
import { testConfig } from './support/test-application.ts'

const config = testConfig({ port: 80, host: 'example' })

function placesOf(...settings: Parameters<typeof listeningPlaces>): unknown[] {
  return listeningPlaces(...settings).map(({ port, options, secure, name }) => {
    return { port, options, secure, name: name(port) }
  })
}

const HTTP = { port: 80, options: { host: 'example' }, secure: false, name: 'http://example:80' }
const HTTPS = { port: 443, options: { host: 'example' }, secure: true, name: 'https://example:443' }
const PATH = { port: 0, options: { path: '/a' }, secure: false, name: 'unix:/a' }
const FIRST = { port: 0, options: { fd: 3 }, secure: false, name: 'inherited socket 3 (http)' }
const SECOND = { port: 0, options: { fd: 4 }, secure: true, name: 'inherited socket 4 (https)' }

const first = { descriptor: 3, secure: false }
const second = { descriptor: 4, secure: true }

describe('where to listen', () => {
  test.each([
    ['the port', {}, [], [HTTP]],
    ['the port, and the one for HTTPS', { tlsPort: 443 }, [], [HTTP, HTTPS]],
    ['a unix socket', { unixSocket: '/a' }, [], [PATH]],
    [
      'a unix socket, and the port for HTTPS',
      { unixSocket: '/a', tlsPort: 443 },
      [],
      [PATH, HTTPS],
    ],
    ['a socket that is there already', { unixSocket: '/a' }, [first], [FIRST]],
    ['such a socket, and the port for HTTPS', { tlsPort: 443 }, [first], [FIRST, HTTPS]],
    ['such sockets', { tlsPort: 443 }, [first, second], [FIRST, SECOND]],
  ])('is %s', (_title, changes, inherited, places) => {
    expect(placesOf({ ...config, ...changes }, inherited)).toEqual(places)
  })

  test('is told with the port of an inherited socket that has one', () => {
    const [place] = listeningPlaces(config, [first])
    expect(place?.name(8080)).toBe('inherited socket 3 (http, port 8080)')
  })
})
