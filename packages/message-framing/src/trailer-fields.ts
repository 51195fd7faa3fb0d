// RFC 9110 §6.5.1: a field that frames the message, routes it, authenticates it, asks something of its reader before the content,
// or says how the content is to be read comes too late in a trailer section. Who merges one into the headers is fooled by it.
const FORBIDDEN = new Set([
  'authorization',
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'cookie',
  'expect',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'keep-alive',
  'max-forwards',
  'pragma',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'range',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
])

/** Whether a field may be sent in a trailer section; `name` in lower case. */
export function isTrailerField(name: string): boolean {
  return !FORBIDDEN.has(name)
}
