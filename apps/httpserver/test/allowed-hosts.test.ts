import { afterEach, describe, expect, test } from 'vitest'
import { isLoopback, readAllowedHosts } from '../src/allowed-hosts.ts'
import type { Config } from '../src/config.ts'
import { exchange } from './support/raw-client.ts'
import { startTestApplication } from './support/test-application.ts'
import type { TestApplication } from './support/test-application.ts'

const UA = 'User-Agent: Mozilla/5.0\r\n'

const applications: TestApplication[] = []

afterEach(() => {
  for (const application of applications.splice(0)) application.stop()
})

async function start(changes: Partial<Config> = {}): Promise<TestApplication> {
  const application = await startTestApplication(changes)
  applications.push(application)
  return application
}

async function statusFor(port: number, host: string, fields = '', target = '/'): Promise<number> {
  const line = host === '' ? '' : `Host: ${host}\r\n`
  const response = await exchange(
    port,
    `GET ${target} HTTP/1.${host === '' ? 0 : 1}\r\n${line}${fields}Connection: close\r\n\r\n`,
  )
  return Number(response.slice(9, 12))
}

describe('a server that only this machine reaches (RFC 9110 §15.5.20)', () => {
  test('says what to do', async () => {
    const { port, log } = await start()
    const response = await exchange(
      port,
      'GET / HTTP/1.1\r\nHost: evil.tld:80\r\nConnection: close\r\n\r\n',
    )
    expect(response).toMatch(/^HTTP\/1\.1 421 Misdirected Request\r\n/)
    expect(response).toContain('start it with --allow-host evil.tld, or with --allow-host any.\n')
    expect(log.entries).toMatchObject([{ status: 421, target: '/' }])
  })

  test('serves its own names to all, and foreign ones to nobody or to no browser', async () => {
    const { port } = await start()
    const own = [
      'localhost',
      'LOCALHOST:1',
      'a.localhost',
      'localhost.',
      '127.0.0.1',
      '127.9.8.7:80',
    ]
    for (const host of [...own, '[::1]', '[::1]:8080', '192.0.2.1', '[2001:db8::1]:80', '']) {
      expect([host, await statusFor(port, host, UA)]).toEqual([host, 200])
    }
    const foreign = [
      'evil.tld',
      'EVIL.TLD.',
      'a.b.evil.tld:80',
      'localhost.evil.tld',
      'notlocalhost.io',
    ]
    for (const host of [...foreign, '127.0.0.1.evil.tld', '0x7f.1', 'example.com.evil.tld']) {
      expect([host, await statusFor(port, host)]).toEqual([host, 421])
    }
    const nobodys = [
      'a',
      'example.com',
      'www.example.org:80',
      'evil.test',
      'x.example',
      "a_b~c!$&'()*+,;=d",
    ]
    for (const host of nobodys) {
      expect([host, await statusFor(port, host)]).toEqual([host, 200])
      expect([host, await statusFor(port, host, UA)]).toEqual([host, 421])
    }
  })

  test.each([
    'Accept: */*',
    'Accept-Encoding: gzip',
    'Origin: null',
    'Accept-Language: en',
    'Referer: a',
  ])('takes %s for the mark of a browser', async (mark) => {
    const { port } = await start()
    expect(await statusFor(port, 'evil', `${mark}\r\n`)).toBe(421)
  })

  test('looks at the authority of an absolute URI (RFC 9112 §3.2.2)', async () => {
    const { port } = await start()
    expect(await statusFor(port, 'localhost', UA, 'http://evil.tld/')).toBe(421)
    expect(await statusFor(port, 'evil.tld', UA, `http://localhost:${port}/`)).toBe(200)
  })

  test('makes no tunnels, whatever their host (RFC 9110 §9.3.6)', async () => {
    const { port } = await start()
    const request = 'CONNECT evil.tld:443 HTTP/1.1\r\nHost: evil.tld\r\nConnection: close\r\n\r\n'
    expect(await exchange(port, request)).toMatch(/^HTTP\/1\.1 501 /)
  })
})

describe('--allow-host', () => {
  test('names the hosts that are served besides those of this machine', async () => {
    const { port } = await start({ allowHost: readAllowedHosts('shop.tld, *.Wild.tld,a') })
    for (const host of ['shop.tld', 'SHOP.tld:80', 'x.wild.tld', 'a', 'localhost', '']) {
      expect([host, await statusFor(port, host, UA)]).toEqual([host, 200])
    }
    for (const host of [
      'www.shop.tld',
      'wild.tld',
      'evilwild.tld',
      'b',
      'example.com',
      '192.0.2.1',
    ]) {
      expect([host, await statusFor(port, host)]).toEqual([host, 421])
    }
  })

  test('can be any', async () => {
    const { port } = await start({ allowHost: 'any' })
    expect(await statusFor(port, 'evil.tld', UA)).toBe(200)
  })

  test('is any where others reach the server', async () => {
    const { port } = await start({ host: '0.0.0.0' })
    expect(await statusFor(port, 'evil.tld', UA)).toBe(200)
    const guarded = await start({ host: '0.0.0.0', allowHost: ['shop.tld'] })
    expect(await statusFor(guarded.port, 'evil.tld')).toBe(421)
  })

  test.each(['', 'a,,b', 'a:80', 'http://a', 'a/b', '*', '*.', 'a.*', '[::1', '.a'])(
    'is a list of names: %j',
    (text) => {
      if (text === '*') expect(readAllowedHosts(text)).toBe('any')
      else expect(() => readAllowedHosts(text)).toThrow('Expected names without ports')
    },
  )
})

test.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['::1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.0.2.1', false],
  ['127.example.com', false],
  ['localhost.tld', false],
])('%s is reached by this machine alone: %s', (host, own) => {
  expect(isLoopback(host)).toBe(own)
})
