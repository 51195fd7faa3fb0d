import { describe, expect, test } from 'vitest'
import { mediaType } from '../src/media-type.ts'

describe('the media type of a file (RFC 9110 §8.3)', () => {
  test.each([
    ['index.html', 'text/html; charset=utf-8'],
    ['INDEX.HTML', 'text/html; charset=utf-8'],
    ['style.css', 'text/css; charset=utf-8'],
    ['a.min.js', 'text/javascript; charset=utf-8'],
    ['a.json', 'application/json'],
    ['a.svg', 'image/svg+xml'],
    ['a.wasm', 'application/wasm'],
    ['film.mp4', 'video/mp4'],
    ['a.tar.gz', 'application/gzip'],
    ['unknown.qqq', 'application/octet-stream'],
    ['html', 'application/octet-stream'],
    ['html.', 'application/octet-stream'],
    ['', 'application/octet-stream'],
    ['constructor', 'application/octet-stream'],
    ['a.constructor', 'application/octet-stream'],
    ['a.__proto__', 'application/octet-stream'],
    ['a.html ', 'text/html; charset=utf-8'],
  ])('%j is %s (§8.3)', (fileName, contentType) => {
    expect(mediaType(fileName)).toBe(contentType)
  })

  test('of a name that says nothing can be said beforehand', () => {
    expect(mediaType('film', 'video/mp4')).toBe('video/mp4')
    expect(mediaType('film.webm', 'video/mp4')).toBe('video/webm')
  })
})
