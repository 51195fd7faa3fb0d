// A chunked body that comes in pieces: the decoder says which octets are content and where the body ends.
import { ChunkedDecoder } from '../src/index.ts'

const decoder = new ChunkedDecoder({
  maxBodyBytes: 1_048_576,
  maxChunkExtensionBytes: 4096,
  maxTrailerSectionBytes: 8192,
  maxFieldLines: 100,
})
const encoder = new TextEncoder()
const pieces = ['5\r\nhel', 'lo\r\n6;note="x"\r\n world\r', '\n0\r\nX-Sum: 11\r\n\r\nGET /next']
let content = ''
let rest = ''
for (const piece of pieces.map((text) => encoder.encode(text))) {
  let position = 0
  while (position < piece.length && !decoder.complete) {
    position = decoder.decode(piece, position, piece.length)
    const { contentStart, contentEnd } = decoder
    content += new TextDecoder().decode(piece.subarray(contentStart, contentEnd))
  }
  rest = new TextDecoder().decode(piece.subarray(position))
}

console.log(content)
console.log(decoder.trailers?.get('x-sum'))
console.log(rest)

// It prints:
// hello world
// 11
// GET /next
