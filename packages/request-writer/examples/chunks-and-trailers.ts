// A body of unknown length, with a trailer section: several writes are shown as they leave.
import { Headers } from '@rawhttp/headers'
import { RequestWriter } from '../src/index.ts'

const writer = new RequestWriter({
  write: (octets) => console.log(JSON.stringify(new TextDecoder().decode(octets))),
})

writer.writeRequestLine('POST', '/upload')
writer.writeHeaders(
  new Headers([
    ['Host', 'example.test'],
    ['Transfer-Encoding', 'chunked'],
    ['Trailer', 'X-Lines'],
  ]),
)
for (const line of ['one\n', 'two\n']) writer.writeChunkedBody(line)
writer.writeChunkedBodyDone()
writer.writeTrailers(new Headers([['X-Lines', '2']]))

// It prints:
// "POST /upload HTTP/1.1\r\nHost: example.test\r\nTransfer-Encoding: chunked\r\nTrailer: X-Lines\r\n\r\n4\r\none\n\r\n"
// "4\r\ntwo\n\r\n"
// "0\r\nX-Lines: 2\r\n\r\n"
