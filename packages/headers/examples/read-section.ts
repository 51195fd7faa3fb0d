import { Headers, parseFieldSection } from '../src/index.ts'

const octets = new TextEncoder().encode(
  'Host: example.com\r\nAccept: text/html\r\nACCEPT: text/plain\r\n\r\nbody',
)
const headers = new Headers()
const limits = { maxSectionBytes: 16384, maxFieldLines: 100 }
const end = parseFieldSection(octets, 0, octets.length, headers, limits)

console.log(end) // 60
console.log(headers.get('accept')) // text/html, text/plain
console.log(headers.getAll('accept').length) // 2

headers.set('host', 'localhost').append('Via', '1.1 example')
console.log([...headers.lines()].join(' | ')) // host,localhost | Accept,text/html | ACCEPT,text/plain | Via,1.1 example
