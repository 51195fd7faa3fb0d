import { EventEmitter } from 'node:events'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startApplication } from '../src/application.ts'
import type { Application } from '../src/application.ts'
import { reloadOnHangup } from '../src/reload.ts'
import { certificateName } from './support/certificate-name.ts'
import { testConfig, TestLog } from './support/test-application.ts'

let directory: string
let application: Application

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'httpserver-'))
})
afterEach(async () => {
  await application.close()
  await rm(directory, { recursive: true })
})

/** Puts a pair of the fixtures where the server looks for its certificate. */
async function install(name: string): Promise<{ tlsCert: string; tlsKey: string }> {
  const files = { tlsCert: join(directory, 'certificate.pem'), tlsKey: join(directory, 'key.pem') }
  const fixture = (kind: string): string =>
    fileURLToPath(new URL(`fixtures/${name}-${kind}.pem`, import.meta.url))
  await copyFile(fixture('certificate'), files.tlsCert)
  await copyFile(fixture('key'), files.tlsKey)
  return files
}

/** A server with the certificate of localhost, and the process that is told to read another. */
async function startSecure(): Promise<{ port: number; log: TestLog; side: EventEmitter }> {
  const files = await install('localhost')
  application = await startApplication(
    testConfig({ tlsPort: 0, gracePeriodMs: 100, ...files }),
    new TestLog(),
  )
  const log = new TestLog()
  const side = new EventEmitter()
  reloadOnHangup(application, log, side)
  return { port: application.servers[1]?.port ?? 0, log, side }
}

describe('SIGHUP', () => {
  test('has the certificate read anew', async () => {
    const { port, log, side } = await startSecure()
    expect(await certificateName(port)).toBe('localhost')
    await install('renewed')
    side.emit('SIGHUP')
    await expect.poll(() => log.starts).toEqual(['The certificate was read anew'])
    expect(await certificateName(port)).toBe('renewed')
  })

  test('leaves the certificate when the new one cannot be read', async () => {
    const { port, log, side } = await startSecure()
    await rm(join(directory, 'key.pem'))
    side.emit('SIGHUP')
    await expect
      .poll(() => log.warnings)
      .toEqual([
        expect.stringMatching(
          /^The certificate stays as it was: --tls-key .* cannot be read: ENOENT/,
        ),
      ])
    expect(await certificateName(port)).toBe('localhost')
  })

  test('leaves the certificate when the new one cannot be used', async () => {
    const { port, log, side } = await startSecure()
    await writeFile(join(directory, 'certificate.pem'), 'no certificate')
    side.emit('SIGHUP')
    await expect
      .poll(() => log.warnings)
      .toEqual([expect.stringMatching(/^The certificate stays as it was: /)])
    expect(await certificateName(port)).toBe('localhost')
  })

  test('changes nothing where there is no certificate', async () => {
    application = await startApplication(testConfig(), new TestLog())
    const log = new TestLog()
    const side = new EventEmitter()
    reloadOnHangup(application, log, side)
    side.emit('SIGHUP')
    await expect.poll(() => log.starts).toEqual(['Nothing to read anew'])
  })
})
