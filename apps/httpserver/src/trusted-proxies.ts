import { BlockList, isIP } from 'node:net'
import type { IncomingRequest } from '@rawhttp/tcp-server'
import { InvalidArgumentError } from 'commander'

/** What of a request tells who sent it. */
export type Peer = Pick<IncomingRequest, 'remoteAddress' | 'transport'>

/** Tells whether what a peer claims of those before it is to be believed. */
export type TrustedProxies = (peer: Peer) => boolean

// An IPv4 client of a socket for both families has an address of this form.
const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i
const LOCAL = ['127.0.0.0/8', '::1/128']

/** Nobody: what clients claim is not believed. */
export const TRUST_NOBODY: TrustedProxies = () => false

/**
 * Reads a list such as `10.0.0.0/8,fd00::/8,loopback,unix`: addresses, blocks of them, the loopback addresses, or whoever can reach
 * the unix socket.
 *
 * @throws InvalidArgumentError
 */
export function readTrustedProxies(text: string): TrustedProxies {
  const blocks = new BlockList()
  let unix = false
  for (const name of text.split(',').map((part) => part.trim())) {
    if (name === 'unix') unix = true
    else for (const block of name === 'loopback' ? LOCAL : [name]) addBlock(blocks, block)
  }
  return ({ remoteAddress, transport }) => {
    if (transport === 'unix') return unix
    const address = unmapped(remoteAddress)
    return blocks.check(address, family(address))
  }
}

/** An address of IPv4 as such, also when it came in the form that IPv6 has for it. */
export function unmapped(address: string): string {
  return address.replace(MAPPED, '')
}

function addBlock(blocks: BlockList, text: string): void {
  const [address = '', prefix, ...more] = text.split('/')
  const version = isIP(address)
  const most = version === 4 ? 32 : 128
  const length = prefix === undefined ? most : Number(prefix)
  const wellFormed = prefix === undefined || /^\d{1,3}$/.test(prefix)
  if (version === 0 || !wellFormed || length > most || more.length > 0) {
    throw new InvalidArgumentError(
      'Expected addresses or blocks such as 10.0.0.0/8, loopback or unix, with commas between.',
    )
  }
  blocks.addSubnet(address, length, family(address))
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
