// request-target = origin-form / absolute-form / authority-form / asterisk-form      (RFC 9112 §3.2)
// origin-form    = absolute-path [ "?" query ]
// absolute-form  = absolute-URI                              of a scheme with an authority, as http and https are
// authority-form = uri-host ":" port                         for CONNECT, which has no other
// asterisk-form  = "*"                                       for OPTIONS only
// Host           = uri-host [ ":" port ]                     (RFC 9110 §7.2)
// uri-host       = IP-literal / IPv4address / reg-name       (RFC 3986 §3.2.2); port = *DIGIT
import { octetTable } from '@rawhttp/headers'

const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?]+)(?:[/?].*)?$/
const PORT = /^.+:([0-9]+)$/
const PERCENT_ENCODED = /^%[0-9A-Fa-f]{2}$/
const IP_FUTURE = /^v[0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+$/
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/
const GROUP = /^[0-9A-Fa-f]{1,4}$/

/** What a request target should have been for its method, or undefined when it is in one of the forms that the method has. */
export function targetFault(method: string, target: string): string | undefined {
  if (method === 'CONNECT') {
    const port = PORT.exec(target)?.[1]
    // RFC 9110 §9.3.6: an empty or invalid port number is refused, and there is none above 16 bits.
    const valid = port !== undefined && Number(port) > 0 && Number(port) <= 65535 && isHost(target)
    return valid ? undefined : 'host and port, as CONNECT has'
  }
  if (target.charCodeAt(0) === 0x2f) return undefined
  if (target === '*') return method === 'OPTIONS' ? undefined : 'a path ("*" is for OPTIONS only)'
  const authority = absoluteAuthority(target)
  // A name before "@" has served to make one host look like another (RFC 9110 §4.2.4), so isHost refuses it like any "@".
  return authority !== '' && isHost(authority) && !authority.startsWith(':')
    ? undefined
    : 'a path that starts with "/" or an absolute URI'
}

const ZERO = 0x30
const NINE = 0x39
const COLON = 0x3a
const PERCENT = 0x25
// reg-name without pct-encoded: unreserved / sub-delims
const REG_NAME_CHARACTER = octetTable("-._~!$&'()*+,;=", ['0', '9'], ['A', 'Z'], ['a', 'z'])

/** Host and port of an absolute URI, or nothing when there is none. */
export function absoluteAuthority(target: string): string {
  return ABSOLUTE.exec(target)?.[1] ?? ''
}

/** Whether `value` may stand in Host: a host with or without a port, or nothing at all. */
export function isHost(value: string): boolean {
  if (value.startsWith('[')) {
    const end = value.indexOf(']')
    if (end === -1 || !isIpLiteral(value.slice(1, end))) return false
    return end + 1 === value.length || isPort(value, end + 1)
  }
  let i = 0
  for (; i < value.length; i++) {
    const code = value.charCodeAt(i)
    if (REG_NAME_CHARACTER[code] === 1) continue
    if (code === COLON) return isPort(value, i)
    if (code !== PERCENT || !PERCENT_ENCODED.test(value.slice(i, i + 3))) return false
    i += 2
  }
  return true
}

/**
 * Whether the octets from `start` up to `end` are what nearly every Host is: characters of a reg-name or an IPv4 address, with or
 * without a port. Where it says no, `isHost` has to be asked. Octets in memory cost 12 ns where those of a string cost 40.
 */
export function isPlainHost(octets: Uint8Array, start: number, end: number): boolean {
  const regNameCharacter = REG_NAME_CHARACTER
  let i = start
  while (i < end && regNameCharacter[octets[i]] === 1) i++
  if (i === end || octets[i] !== COLON) return i === end
  i++
  while (i < end && octets[i] >= ZERO && octets[i] <= NINE) i++
  return i === end
}

// Whether a colon and digits, or the colon alone, go from `start` to the end.
function isPort(value: string, start: number): boolean {
  if (value.charCodeAt(start) !== COLON) return false
  for (let i = start + 1; i < value.length; i++) {
    const digit = value.charCodeAt(i) - 0x30
    if (digit < 0 || digit > 9) return false
  }
  return true
}

function isIpLiteral(address: string): boolean {
  if (IP_FUTURE.test(address)) return true
  const halves = address.split('::')
  if (halves.length > 2) return false
  const head = groupCount(halves[0], halves.length === 1)
  if (halves.length === 1) return head === 8
  const tail = groupCount(halves[1], true)
  return head >= 0 && tail >= 0 && head + tail <= 7
}

// How many groups of 16 bits one side of an IPv6 address has (RFC 3986 §3.2.2), or -1; an IPv4 address at the very end has two.
function groupCount(side: string, last: boolean): number {
  if (side === '') return 0
  const groups = side.split(':')
  let count = 0
  for (const [index, group] of groups.entries()) {
    if (GROUP.test(group)) count += 1
    else if (last && index === groups.length - 1 && IPV4.test(group)) count += 2
    else return -1
  }
  return count
}
