/** The two parts of a request target that routes and handlers look at, nothing decoded, no dot segment resolved. */
export interface Target {
  /** `/…`; "*" for asterisk-form; host and port for authority-form (CONNECT). */
  readonly path: string
  /** What stands behind the first "?"; empty when there is none. */
  readonly query: string
}

// absolute-form = absolute-URI (RFC 9112 §3.2.2). The parser has checked it; what is wanted is the part behind the authority.
const SCHEME_AND_AUTHORITY = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?]*/

/** Takes a request target apart. */
export function splitTarget(requestTarget: string): Target {
  const local = requestTarget.startsWith('/')
    ? requestTarget
    : requestTarget.replace(SCHEME_AND_AUTHORITY, '')
  const mark = local.indexOf('?')
  if (mark === -1) return { path: local === '' ? '/' : local, query: '' }
  // RFC 9110 §4.2.3: an empty path of an absolute URI is the same as "/".
  return { path: mark === 0 ? '/' : local.slice(0, mark), query: local.slice(mark + 1) }
}

/**
 * Whether a path leads above where it starts, at any point of it and by any spelling of dots and slashes that somebody might decode.
 */
export function climbs(target: string): boolean {
  const [path = ''] = target.split('?', 1)
  const decoded = path.replace(/%2e/gi, '.').replace(/%2f|%5c|\\/gi, '/')
  let depth = 0
  for (const segment of decoded.split('/').slice(1)) {
    // Some cut a segment at ";" before they look at it.
    const name = segment.replace(/;.*/, '')
    if (name === '..') depth--
    else if (name !== '.' && name !== '') depth++
    if (depth < 0) return true
  }
  return false
}

/** The values of each name of a query, in order. `+` is a space, escapes are UTF-8, and what is no escape stays as it is. */
export function readQuery(query: string): Record<string, string[]> {
  // Without a prototype `__proto__` is a name like any other.
  const values: Record<string, string[]> = Object.create(null)
  // URLSearchParams drops a "?" at the front, which here is part of the first name.
  for (const [name, value] of new URLSearchParams(`&${query}`)) {
    const known = values[name]
    if (known === undefined) values[name] = [value]
    else known.push(value)
  }
  return values
}
