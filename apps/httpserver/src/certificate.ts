import { createSecureContext } from 'node:tls'
import type { TlsOptions } from 'node:tls'
import { describePlace } from './config.ts'
import type { Config } from './config.ts'
import { readRegularFile } from './opened-file.ts'

// Chains of a dozen certificates have a hundredth of it.
const MAX_FILE_BYTES = 1_048_576

/**
 * Reads certificate and key, and tries them.
 *
 * @throws when there are none, or they cannot be read, or not be used together
 */
export async function readCertificate(config: Config): Promise<TlsOptions> {
  if (config.tlsCert === undefined || config.tlsKey === undefined) {
    throw new Error('HTTPS needs --tls-cert and --tls-key')
  }
  const cert = await read(config, 'tlsCert', config.tlsCert)
  const key = await read(config, 'tlsKey', config.tlsKey)
  const named = `${describePlace(config, 'tlsCert')} and ${describePlace(config, 'tlsKey')}`
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    throw new Error(`${named} cannot be used: ${messageOf(error)}`, { cause: error })
  }
  return { cert, key }
}

async function read(config: Config, place: 'tlsCert' | 'tlsKey', path: string): Promise<Buffer> {
  try {
    return await readRegularFile(path, MAX_FILE_BYTES)
  } catch (error) {
    const message = `${describePlace(config, place)} cannot be read: ${messageOf(error)}`
    throw new Error(message, { cause: error })
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
