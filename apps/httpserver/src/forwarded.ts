// Who a request is from (RFC 7239, and X-Forwarded-For, -Proto and -Host, which were there before it).
//
// Forwarded         = 1#( [ pair ] *( ";" [ pair ] ) ), pair = token "=" ( token / quoted-string )      (§4)
// node              = nodename [ ":" node-port ], nodename = IPv4 / "[" IPv6 "]" / "unknown" / obfnode       (§6)
import { isIPv4, isIPv6 } from 'node:net'
import { isToken, listMembers } from '@rawhttp/headers'
import type { Headers } from '@rawhttp/headers'
import type { IncomingRequest } from '@rawhttp/tcp-server'
import { unmapped } from './trusted-proxies.ts'
import type { Peer, TrustedProxies } from './trusted-proxies.ts'

/** What is written anew for the upstream, whatever came. */
export const FORWARDING_FIELDS = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
] as const

type Asker = Peer & Pick<IncomingRequest, 'headers'>

/** What one proxy says of the one it was asked by. */
interface Hop {
  /** Undefined: it keeps it to itself, or what it says is no address. */
  readonly address: string | undefined
  readonly scheme: string | undefined
  readonly host: string | undefined
}

/** What trusted proxies say of those before them, in both forms. */
interface Claim {
  /** The outermost first. */
  readonly hops: readonly Hop[]
  /** Place of the client among them: the last one that is no trusted proxy. */
  readonly client: number
  /** Of X-Forwarded-Proto and -Host the whole values. */
  readonly scheme: string | undefined
  readonly host: string | undefined
  /** The Forwarded field as it came, where it says the same. */
  readonly forwarded: string | undefined
}

const NO_HOP: Hop = { address: undefined, scheme: undefined, host: undefined }
const NOTHING: Claim = {
  hops: [],
  client: 0,
  scheme: undefined,
  host: undefined,
  forwarded: undefined,
}

// Values without quotes that need some, such as [2001:db8::1], are read too. What is behind an open quote is read by no rule.
const PAIR = /[ \t]*(?:([!#$%&'*+.^_`|~\w-]+)=("(?:[^"\\]|\\.)*"|[^\s",;=]+))?[ \t]*(?:(;)|$)/y
const PORT = /:[\w.-]+$/
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*$/
// No white space, comma or quote: what could be the name of a host.
const HOST = /^[!#-+\--~]+$/

/**
 * The client that a request is from: of the addresses that were passed on, from the last one, the first that is no trusted proxy's.
 *
 * @returns "unknown" where a proxy does not tell; "" for a peer without an address
 */
export function clientAddress(asker: Asker, trusts: TrustedProxies): string {
  const { remoteAddress, headers } = asker
  if (!trusts(asker)) return remoteAddress
  const { hops, client } = readClaim(headers, trusts)
  const hop = hops[client]
  return hop === undefined ? remoteAddress : (hop.address ?? 'unknown')
}

/** Adds the fields that tell the upstream whose request it is. What is claimed is believed of those whom `trusts` names. */
export function addForwarding(
  fields: Headers,
  request: Asker & Pick<IncomingRequest, 'authority' | 'secure'>,
  trusts: TrustedProxies,
): void {
  const { authority, remoteAddress, secure, headers } = request
  const claim = trusts(request) ? readClaim(headers, trusts) : NOTHING
  const scheme = secure ? 'https' : 'http'
  // A unix socket has no address at its other end.
  const address = remoteAddress === '' ? undefined : plainAddress(remoteAddress)
  const addresses = claim.hops.map((hop) => hop.address ?? 'unknown')
  if (address !== undefined) addresses.push(address)
  if (addresses.length > 0) fields.append('X-Forwarded-For', addresses.join(', '))
  fields.append('X-Forwarded-Proto', claim.scheme ?? scheme)
  const firstAuthority = claim.host ?? authority
  if (firstAuthority !== '') fields.append('X-Forwarded-Host', firstAuthority)
  const own = element({ address, scheme, host: authority === '' ? undefined : authority })
  fields.append('Forwarded', [...elementsOf(claim), own].join(', '))
}

// §7.4: of several hops the older fields tell the addresses, and of the client the rest.
function elementsOf({ hops, client, scheme, host, forwarded }: Claim): string[] {
  if (forwarded !== undefined) return [forwarded]
  if (hops.length > 0) {
    return hops.map(({ address }, i) =>
      element(i === client ? { address, scheme, host } : { ...NO_HOP, address }),
    )
  }
  return scheme === undefined && host === undefined ? [] : [element({ ...NO_HOP, scheme, host })]
}

// Where the two forms tell of other clients, X-Forwarded-For and its kind are believed and Forwarded is written anew: a proxy that
// knows only those passes on a Forwarded that the client has forged, and hardly one knows only Forwarded.
function readClaim(headers: Headers, trusts: TrustedProxies): Claim {
  const listed = readAddresses(headers.get('x-forwarded-for'))
  const scheme = headers.get('x-forwarded-proto')
  const host = headers.get('x-forwarded-host')
  const forwarded = headers.get('forwarded')
  const elements = forwarded === undefined ? undefined : readForwarded(forwarded)
  const hops = listed ?? elements ?? []
  const client = clientPlace(hops, trusts)
  if (elements === undefined || !sameAddresses(hops, elements)) {
    return { hops, client, scheme, host, forwarded: undefined }
  }
  const told = elements[client]
  const same =
    (scheme === undefined || scheme === told?.scheme) && (host === undefined || host === told?.host)
  return {
    hops,
    client,
    scheme: scheme ?? told?.scheme,
    host: host ?? told?.host,
    forwarded: same ? forwarded : undefined,
  }
}

function clientPlace(hops: readonly Hop[], trusts: TrustedProxies): number {
  for (let i = hops.length - 1; i > 0; i--) {
    const address = hops[i]?.address
    if (address === undefined || !trusts({ remoteAddress: address, transport: 'tcp' })) return i
  }
  return 0
}

function sameAddresses(some: readonly Hop[], others: readonly Hop[]): boolean {
  return (
    some.length === others.length && some.every(({ address }, i) => address === others[i]?.address)
  )
}

// All who read it split it at every comma.
function readAddresses(list: string | undefined): Hop[] | undefined {
  const members = list?.split(',').filter((member) => member.trim() !== '') ?? []
  if (members.length === 0) return undefined
  return members.map((member) => hopOf(member.trim()))
}

// Undefined when there is no element, or one that breaks the grammar or says something twice: nobody knows what others read then.
function readForwarded(field: string): Hop[] | undefined {
  const hops: Hop[] = []
  for (const member of listMembers(field)) {
    const pairs = readPairs(member)
    if (pairs === undefined) return undefined
    hops.push(hopOf(pairs.get('for') ?? '', pairs.get('proto'), pairs.get('host')))
  }
  return hops.length === 0 ? undefined : hops
}

function readPairs(text: string): ReadonlyMap<string, string> | undefined {
  const pairs = new Map<string, string>()
  PAIR.lastIndex = 0
  for (;;) {
    const match = PAIR.exec(text)
    if (match === null) return undefined
    const [, name, value = '', more] = match
    if (name !== undefined) {
      const key = name.toLowerCase()
      if (pairs.has(key)) return undefined
      pairs.set(key, value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value)
    }
    if (more === undefined) return pairs
  }
}

function hopOf(node: string, scheme?: string, host?: string): Hop {
  return { address: nodeAddress(node), scheme, host }
}

// An address with or without brackets and port.
function nodeAddress(node: string): string | undefined {
  const bracketed = node.startsWith('[')
  const bare = bracketed || isIPv4(node.replace(PORT, '')) ? node.replace(PORT, '') : node
  const address = plainAddress(bracketed && bare.endsWith(']') ? bare.slice(1, -1) : bare)
  return isIPv4(address) || isIPv6(address) ? address : undefined
}

/** An address without its zone, which means nothing to others; that of IPv4 as such. */
export function plainAddress(address: string): string {
  if (!address.includes(':')) return address
  return unmapped(address).replace(/%.*/, '').toLowerCase()
}

function element({ address, scheme, host }: Hop): string {
  const parts = [`for=${forwardedNode(address)}`]
  if (scheme !== undefined && SCHEME.test(scheme)) parts.push(`proto=${scheme}`)
  if (host !== undefined && HOST.test(host)) parts.push(`host=${quoted(host)}`)
  return parts.join(';')
}

// §6: IPv6 addresses stand in brackets, and so in quotes.
function forwardedNode(address: string | undefined): string {
  if (address === undefined) return 'unknown'
  return address.includes(':') ? `"[${address}]"` : address
}

// §4: value = token / quoted-string.
function quoted(text: string): string {
  return isToken(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`
}
