import { describeValue } from './argument-checks.ts'
import { misuse } from './misuse.ts'

// RFC 9110 §6.5.1: a field that frames the message, routes it, authenticates it, asks something of its reader before the content,
// directs its reader or says how the content is to be read comes too late in a trailer section. Who merges one into the headers is fooled by it.
const FRAMES = ['content-length', 'te', 'trailer', 'transfer-encoding']
const ROUTES = [
  'connection',
  'forwarded',
  'host',
  'keep-alive',
  'max-forwards',
  'proxy-connection',
  'upgrade',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
]
const AUTHENTICATES = [
  'authorization',
  'cookie',
  'origin',
  'proxy-authenticate',
  'proxy-authorization',
  'set-cookie',
  'www-authenticate',
]
const ASKS = [
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'expect',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'pragma',
  'prefer',
  'range',
]
const DIRECTS = [
  'access-control-allow-credentials',
  'access-control-allow-origin',
  'age',
  'content-security-policy',
  'date',
  'expires',
  'location',
  'retry-after',
  'strict-transport-security',
  'vary',
]
const DESCRIBES = [
  'content-encoding',
  'content-language',
  'content-location',
  'content-range',
  'content-type',
]

/**
 * What becomes of a field that may not stand in a trailer section: an error, or it is kept apart from the others, which RFC 9110
 * §6.5.1 lets a recipient do.
 *
 * - `refuse`: it is an error
 * - `discard`: it is kept apart, as for a response; one that says where the message ends or where it goes is an error
 * - `discard-in-request`: the same, and one that authenticates the message or tells of its way is an error too: in a request it is
 *   an attempt to get past whatever looked at the headers
 */
export type UnfitTrailers = 'refuse' | 'discard' | 'discard-in-request'

const UNFIT = new Set([...FRAMES, ...ROUTES, ...AUTHENTICATES, ...ASKS, ...DIRECTS, ...DESCRIBES])

// Readers that disagree about these are what smuggling is made of.
const REFUSED: { readonly [Unfit in UnfitTrailers]: ReadonlySet<string> } = {
  refuse: UNFIT,
  discard: new Set(['content-length', 'host', 'transfer-encoding']),
  'discard-in-request': new Set([...FRAMES, ...ROUTES, ...AUTHENTICATES]),
}

/** Whether a field may be sent in a trailer section. */
export function isTrailerField(name: string): boolean {
  return mayTrail(name.toLowerCase())
}

/** `isTrailerField` for a name in lower case. */
export function mayTrail(name: string): boolean {
  return !UNFIT.has(name)
}

/** The names, in lower case, of the unfit fields that are an error. @throws UsageError ERR_OPTION */
export function refusedTrailers(unfit: UnfitTrailers): ReadonlySet<string> {
  if (Object.hasOwn(REFUSED, unfit)) return REFUSED[unfit]
  const expected = `one of ${Object.keys(REFUSED).join(', ')}`
  throw misuse('ERR_OPTION', 'unfitTrailers', expected, describeValue(unfit))
}
