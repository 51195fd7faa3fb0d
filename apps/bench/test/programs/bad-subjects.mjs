// Feeds the gate with what it must refuse, one of a kind, and prints what it finds. Which, its argument says.
import { handleConnection } from '@rawhttp/tcp-server'
import { COUNTERS, sizesFor } from '../../dist/gate/gate.js'
import { checkCopies, checkSteps } from '../../dist/gate/parser-checks.js'
import { checkServer } from '../../dist/gate/server-checks.js'
import { StepCounter } from '../../dist/gate/steps.js'
import { rescanningParser } from './rescanning-parser.mjs'

const START_LINE = 'POST / HTTP/1.1'

// Each write of the server becomes two.
function writingTwice(stream) {
  const { write } = stream
  stream.write = (octets, encoding, written) => {
    const half = Math.ceil(octets.length / 2)
    write.call(stream, octets.slice(0, half), encoding, () => {})
    return write.call(stream, octets.slice(half), encoding, written)
  }
  return stream
}

// What comes in is copied, what goes out too.
function copying(stream) {
  const { emit, write } = stream
  stream.emit = (event, octets) =>
    emit.call(stream, event, event === 'data' ? Uint8Array.from(octets) : octets)
  stream.write = (octets, encoding, written) =>
    write.call(
      stream,
      typeof octets === 'string' ? octets : Uint8Array.from(octets),
      encoding,
      written,
    )
  return stream
}

const kept = []

const SERVERS = {
  writes: (stream, handler) => handleConnection(writingTwice(stream), handler),
  promises: (stream, handler) =>
    handleConnection(stream, async (request, writer) => handler(request, writer)),
  allocations: (stream, handler) =>
    handleConnection(stream, (request, writer) => {
      kept[0] = Array.from({ length: 1000 }, (_, i) => i)
      return handler(request, writer)
    }),
  copies: (stream, handler) => handleConnection(copying(stream), handler),
  silence: (stream) => handleConnection(stream, (_request, writer) => writer.respond(404)),
}

async function findings(subject) {
  if (subject in SERVERS) return checkServer(SERVERS[subject])
  if (subject === 'copying-parser') return checkCopies(subject, rescanningParser, START_LINE)
  const parser = subject === 'idle-parser' ? () => ({ feed() {}, messages: 0 }) : rescanningParser
  const counter = await StepCounter.start(COUNTERS)
  const found = await checkSteps(counter, subject, parser, sizesFor(START_LINE))
  counter.stop()
  return found
}

console.log(JSON.stringify(await findings(process.argv[2])))
process.exit()
