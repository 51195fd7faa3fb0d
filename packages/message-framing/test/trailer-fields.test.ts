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
  ],
  'says who sends it': [
    'authorization',
    'cookie',
    'proxy-authenticate',
    'proxy-authorization',
    'set-cookie',
    'www-authenticate',
  ],
  'asks something of the reader': [
    'cache-control',
    'expect',
    'if-match',
    'if-modified-since',
    'if-none-match',
    'if-range',
    'if-unmodified-since',
    'pragma',
    'range',
  ],
  'says how the content is to be read': ['content-encoding', 'content-range', 'content-type'],
}

describe('fields of a trailer section (RFC 9110 §6.5.1)', () => {
  for (const [reason, names] of Object.entries(FORBIDDEN)) {
    for (const name of names) {
      test(`refuses ${name}, which ${reason} (RFC 9110 §6.5.1)`, () => {
        expect(isTrailerField(name)).toBe(false)
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
