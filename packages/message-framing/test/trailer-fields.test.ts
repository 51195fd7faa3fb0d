import { describe, expect, test } from 'vitest'
import { isTrailerField } from '../src/index.ts'

// Each with the reason that RFC 9110 §6.5.1 gives: it is needed before the content is read.
const FORBIDDEN = {
  'frames the message': ['content-length', 'transfer-encoding', 'trailer', 'te'],
  'routes the message': [
    'host',
    'max-forwards',
    'connection',
    'keep-alive',
    'proxy-connection',
    'upgrade',
    'forwarded',
    'via',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
  ],
  'says who sends it': [
    'authorization',
    'cookie',
    'origin',
    'proxy-authenticate',
    'proxy-authorization',
    'set-cookie',
    'www-authenticate',
  ],
  'asks something of the reader': [
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
  ],
  'directs the reader': [
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
  ],
  'says how the content is to be read': [
    'content-encoding',
    'content-language',
    'content-location',
    'content-range',
    'content-type',
  ],
}

describe('fields of a trailer section (RFC 9110 §6.5.1)', () => {
  for (const [reason, names] of Object.entries(FORBIDDEN)) {
    for (const name of names) {
      test(`refuses ${name}, which ${reason} (RFC 9110 §6.5.1)`, () => {
        expect(isTrailerField(name)).toBe(false)
        expect(isTrailerField(name.toUpperCase())).toBe(false)
      })
    }
  }

  for (const name of [
    'etag',
    'digest',
    'content-digest',
    'server-timing',
    'x-content-sha256',
    'grpc-status',
  ]) {
    test(`lets ${name} through (RFC 9110 §6.5.1)`, () => {
      expect(isTrailerField(name)).toBe(true)
    })
  }
})
