import { isIP } from 'node:net'
import { checkServerIdentity } from 'node:tls'
import type { ConnectionOptions as NodeTlsOptions } from 'node:tls'
import { UsageError } from '@rawhttp/headers'

/** What node:tls may be told. Whether the peer is verified is not among it: it always is. */
export type TlsOptions = Pick<
  NodeTlsOptions,
  | 'ca'
  | 'cert'
  | 'ciphers'
  | 'crl'
  | 'key'
  | 'maxVersion'
  | 'minVersion'
  | 'passphrase'
  | 'pfx'
  | 'secureContext'
  | 'servername'
>

const NAMES = new Set<string>([
  'ca',
  'cert',
  'ciphers',
  'crl',
  'key',
  'maxVersion',
  'minVersion',
  'passphrase',
  'pfx',
  'secureContext',
  'servername',
] satisfies (keyof TlsOptions)[])

/**
 * A copy of `tls`, to its last octet: what the caller changes later changes nothing here. A `secureContext` is not copied.
 *
 * @throws UsageError ERR_OPTION: plain JavaScript may say more, and could lead connections elsewhere, or to anybody
 */
export function tlsSettings(tls: TlsOptions): TlsOptions {
  const settings: Record<string, unknown> = {}
  // Each is read once, so that what is checked is what is kept.
  for (const [name, value] of Object.entries<unknown>(tls)) {
    if (name === 'rejectUnauthorized' && value === true) continue
    if (!NAMES.has(name)) {
      const hint = 'peers are always verified; name the authority to trust in ca'
      throw new UsageError('ERR_OPTION', `tls.${name}: cannot be chosen, ${hint}`)
    }
    settings[name] = name === 'secureContext' ? value : copied(value)
  }
  const { servername } = settings
  if (servername === undefined || typeof servername === 'string') return settings
  throw new UsageError('ERR_OPTION', `tls.servername: expected a name, got ${typeof servername}`)
}

/**
 * What node:tls is told for one connection. Who the peer is gets verified, and no option turns that off; `rejectUnauthorized` is said
 * because the environment can.
 *
 * @param host a name or an address, not in brackets
 */
export function connectionTls(host: string, tls: TlsOptions | undefined): NodeTlsOptions {
  // An empty one says that no name is to be sent.
  const name = withoutDot(tls?.servername || host)
  return {
    ...tls,
    // A name only, and without the dot at its end (RFC 6066 §3): an address is compared with the certificate, and not sent.
    servername: tls?.servername === '' || isIP(name) !== 0 ? '' : name,
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: true,
    checkServerIdentity: (_asked, certificate) => checkServerIdentity(name, certificate),
  }
}

function withoutDot(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name
}

function copied(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copied)
  if (ArrayBuffer.isView(value)) {
    return Buffer.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
  }
  const parts = Object.entries(value) as [string, unknown][]
  return Object.fromEntries(parts.map(([name, part]) => [name, copied(part)]))
}
