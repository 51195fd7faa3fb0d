import { describe, expect, test } from 'vitest'
import { listenFailure, listeningPlaces } from '../src/listening-places.ts'
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

describe('an IPv6 address', () => {
  test.each([
    ['::1', 'http://[::1]:80'],
    ['fe80::1%eth0', 'http://[fe80::1%25eth0]:80'],
  ])('%s is written as %s (RFC 3986 §3.2.2, RFC 6874 §2)', (host, name) => {
    expect(placesOf({ ...config, host }, [])).toMatchObject([{ name }])
  })
})

describe('a place that cannot be listened on', () => {
  const variables = { host: 'HOST', port: 'PORT', unixSocket: 'UNIX_SOCKET' }
  // As the server gives it: with the system's own error as its cause.
  const failure = (message: string, code: string): Error =>
    new Error(`Cannot listen: ${message}`, {
      cause: Object.assign(new Error(message), { code, address: '::1', port: 80 }),
    })
  const unknown = failure('getaddrinfo ENOTFOUND example', 'ENOTFOUND')
  const taken = failure('listen EADDRINUSE: address already in use ::1:80', 'EADDRINUSE')

  test.each([
    ['nothing but the reason', {}, unknown, /^Cannot listen: getaddrinfo ENOTFOUND example$/],
    ['an address in brackets', {}, taken, /^Cannot listen: listen .* use \[::1\]:80$/],
    [
      'HOST',
      { variables },
      unknown,
      /^HOST=example \(from the environment\) cannot be listened on: getaddrinfo .*; unset it or use --host$/,
    ],
    ['PORT', { variables }, taken, /^PORT=80 \(from the environment\) .*; unset it or use --port$/],
    [
      'UNIX_SOCKET',
      { variables, unixSocket: '/a' },
      taken,
      /^UNIX_SOCKET=\/a \(from .*--unix-socket$/,
    ],
    [
      'no variable of another place',
      { variables: { port: 'PORT' } },
      unknown,
      /^Cannot listen: getaddrinfo/,
    ],
  ])('is told with %s', (_title, changes, error, message) => {
    const changed = { ...config, ...changes }
    const [place] = listeningPlaces(changed, [])
    if (place === undefined) throw new Error('There is no place')
    expect(listenFailure(changed, place, error).message).toMatch(message)
  })
})
