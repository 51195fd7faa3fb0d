// RFC 9110 §6.5.1: a field that frames the message, routes it, authenticates it, asks something of its reader before the content,
// directs its reader or says how the content is to be read comes too late in a trailer section. Who merges one into the headers is fooled by it.
const FORBIDDEN = new Set([
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'access-control-allow-credentials',
  'access-control-allow-origin',
  'age',
  'authorization',
  'cache-control',
  'connection',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-range',
  'content-security-policy',
  'content-type',
  'cookie',
  'date',
  'expect',
  'expires',
  'forwarded',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'keep-alive',
  'location',
  'max-forwards',
  'origin',
  'pragma',
  'prefer',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'range',
  'retry-after',
  'set-cookie',
  'strict-transport-security',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'vary',
  'via',
  'www-authenticate',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
])

// Of those the ones that say where a message ends or where it goes: readers that disagree about them are what smuggling is made of.
const FRAMES_OR_ROUTES = new Set(['content-length', 'host', 'transfer-encoding'])

/** Whether a field may be sent in a trailer section. */
export function isTrailerField(name: string): boolean {
  return mayTrail(name.toLowerCase())
}

/** `isTrailerField` for a name in lower case. */
export function mayTrail(name: string): boolean {
  return !FORBIDDEN.has(name)
}

/** Whether a field, its name in lower case, says where a message ends or where it goes. */
export function framesOrRoutes(name: string): boolean {
  return FRAMES_OR_ROUTES.has(name)
}
