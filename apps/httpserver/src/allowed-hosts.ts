// A page whose name is made to lead to 127.0.0.1 after it was loaded may, to its browser, ask this server and read the answers (DNS
// rebinding). What such a page cannot choose is the name itself, which stands in Host: docs/adr/012.
import { isIPv4 } from 'node:net'
import type { Headers } from '@rawhttp/headers'
import type { Handler, IncomingRequest } from '@rawhttp/tcp-server'
import { InvalidArgumentError } from 'commander'
import { respondPlain } from './plain-response.ts'

/** Names of hosts, `*.` before one for all below it; or any. */
export type AllowedHosts = 'any' | readonly string[]

const NAME = /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$|^\[[0-9a-f:.]+\]$/
const LOOPBACK_NAME = /^(?:.*\.)?localhost$/
// Nobody can register one of these (RFC 2606, RFC 6761 §6), nor a name without a dot: tests and tools use them.
const NOBODYS = /^[^.]*$|(?:^|\.)(?:test|example|invalid|example\.(?:com|net|org))$/
// Each request of a browser has at least three of these, and no script can take all of them away.
const MARKS_OF_BROWSERS = [
  'user-agent',
  'accept',
  'accept-encoding',
  'accept-language',
  'origin',
  'referer',
  'sec-fetch-mode',
  'sec-fetch-site',
]

/**
 * Reads a list such as `shop.example,*.shop.example`, or `any`.
 *
 * @throws InvalidArgumentError
 */
export function readAllowedHosts(text: string): AllowedHosts {
  if (text === 'any' || text === '*') return 'any'
  const names = text.split(',').map((name) => name.trim().toLowerCase())
  if (names.every((name) => NAME.test(name))) return names
  throw new InvalidArgumentError(
    'Expected names without ports, such as shop.example or *.shop.example, with commas between; or any.',
  )
}

/** Whether nothing but this machine reaches what listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || isLoopbackAddress(host)
}

/**
 * The handler, for requests to a host that is allowed: all others get 421.
 *
 * @param listening the address that is listened on; undefined: no port
 * @param allowed undefined: where nothing but this machine reaches the port, the names of this machine, elsewhere any
 */
export function guardHosts(
  handler: Handler,
  listening: string | undefined,
  allowed: AllowedHosts | undefined,
): Handler {
  if (allowed === 'any') return handler
  if (allowed === undefined && (listening === undefined || !isLoopback(listening))) return handler
  return (request, writer) => {
    const name = hostName(request.authority)
    if (!isOwn(name) && !isAllowed(name, request, allowed)) {
      const shown = name.slice(0, MAX_NAME_CHARACTERS)
      const explanation =
        `This server is not known as ${shown}. If it should be, start it with --allow-host ${shown}, ` +
        'or with --allow-host any.'
      respondPlain(writer, 421, explanation, [['X-Content-Type-Options', 'nosniff']])
      return
    }
    return handler(request, writer)
  }
}

const MAX_NAME_CHARACTERS = 255

function isAllowed(
  name: string,
  { headers, requestLine }: IncomingRequest,
  allowed: readonly string[] | undefined,
): boolean {
  // Its target names no host here, and no tunnel is made (RFC 9110 §9.3.6).
  if (requestLine.method === 'CONNECT') return true
  if (allowed !== undefined) return allowed.some((pattern) => fits(name, pattern))
  // What is an address already leads nowhere else.
  if (isIPv4(name) || name.startsWith('[')) return true
  return NOBODYS.test(name) && !isOfBrowser(headers)
}

// Without a Host there is no name that could mislead (HTTP/1.0).
function isOwn(name: string): boolean {
  return name === '' || name === '[::1]' || LOOPBACK_NAME.test(name) || isLoopbackAddress(name)
}

function isLoopbackAddress(name: string): boolean {
  return isIPv4(name) && name.startsWith('127.')
}

function fits(name: string, pattern: string): boolean {
  return pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern
}

function isOfBrowser(headers: Headers): boolean {
  return MARKS_OF_BROWSERS.some((mark) => headers.has(mark))
}

// uri-host [ ":" port ] (RFC 9110 §7.2); a name may end with the dot of the root.
function hostName(authority: string): string {
  return authority.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '')
}
