import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { SendQueues } from '../src/send-queues.ts'
import { Timetable } from '../src/timetable.ts'
import { request } from './support/connect.ts'
import { dial } from './support/raw-client.ts'
import { start } from './support/start.ts'

const HEADING =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n'
const entry = (local: string, remote: string, queued: string): string =>
  `   0: ${local} ${remote} 01 ${queued}:00000000 00:00000000 00000000     0        0 1 1 0\n`

describe('what the system holds for a peer', () => {
  test('is read from the tables of Linux, IPv4 and IPv6', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rawhttp-'))
    const tables = [join(folder, 'tcp'), join(folder, 'tcp6')]
    const queues = new SendQueues(tables)
    expect(new SendQueues(tables).told).toBe(false)
    expect(queues.heldBytes(80, 5000)).toBeUndefined()
    const longAddress = '00000000000000000000000001000000'
    await writeFile(
      tables[0] ?? '',
      HEADING +
        entry('0100007F:0050', '0100007F:1388', '00001000') +
        entry('0100007F:0050', '0200007F:1389', '00000001') +
        entry('0100007F:0050', '0300007F:1389', '00000002'),
    )
    await writeFile(
      tables[1] ?? '',
      HEADING + entry(`${longAddress}:0050`, `${longAddress}:138A`, 'FFFFFFFF'),
    )
    await Promise.all([queues.refresh(), queues.refresh()])
    expect(queues.told).toBe(true)
    expect(queues.heldBytes(80, 5000)).toBe(4096)
    // Two peers that use the same port cannot be told apart.
    expect(queues.heldBytes(80, 5001)).toBe(3)
    expect(queues.heldBytes(80, 5002)).toBe(4_294_967_295)
    expect(queues.heldBytes(81, 5000)).toBeUndefined()
    await rm(folder, { recursive: true })
  })

  test('is unknown where there are no tables', async () => {
    const queues = new SendQueues(['/nowhere/tcp'])
    await queues.refresh()
    expect(queues.heldBytes(80, 5000)).toBeUndefined()
  })
})

describe('output that stands still', () => {
  const timeouts = {
    headTimeoutMs: 1,
    idleTimeoutMs: 1,
    requestTimeoutMs: 1,
    bodyTimeoutMs: 1,
    lingerTimeoutMs: 1,
    lateRequestMs: 1,
    minBodyBytesPerSecond: 0,
    writeTimeoutMs: 1000,
  }

  test('is suspicious after a quarter of the time, and expired after all of it', () => {
    const timetable = new Timetable(timeouts)
    const seen = [0, 200, 300, 900, 1000].map((now) => timetable.sweepOutput(now, 5, undefined))
    expect(seen).toEqual(['Flowing', 'Flowing', 'Suspicious', 'Suspicious', 'Expired'])
  })

  test('has its whole time again when the system took something', () => {
    const timetable = new Timetable(timeouts)
    timetable.sweepOutput(0, 5, undefined)
    timetable.sweepOutput(900, 5, undefined)
    expect(timetable.sweepOutput(999, 6, undefined)).toBe('Flowing')
    expect(timetable.sweepOutput(1900, 6, undefined)).toBe('Suspicious')
    expect(timetable.sweepOutput(1999, 6, undefined)).toBe('Expired')
  })

  test('has its whole time again when the peer acknowledged something', () => {
    const timetable = new Timetable(timeouts)
    timetable.sweepOutput(0, 5, undefined)
    expect(timetable.sweepOutput(900, 5, 3000)).toBe('Suspicious')
    expect(timetable.sweepOutput(950, 5, 2999)).toBe('Flowing')
    expect(timetable.sweepOutput(1900, 5, 2999)).toBe('Suspicious')
    expect(timetable.sweepOutput(1950, 5, 2999)).toBe('Expired')
  })
})

describe.runIf(process.platform === 'linux')('RFC 9112 §9.5 slow readers over a socket', () => {
  const body = new Uint8Array(20_000_000)

  // Reads so much, also when the machine is slow, for twice the deadline or until the connection breaks.
  async function read(bytesAMillisecond: number): Promise<{ codes: unknown[]; bytes: number }> {
    const codes: unknown[] = []
    const server = await start((_, writer) => writer.respond(200, body), {
      host: '127.0.0.1',
      writeTimeoutMs: 1500,
      onError: (error) => codes.push((error as Error & { code?: string }).code),
    })
    const client = await dial(server.port)
    const { socket } = client
    socket.removeAllListeners('data')
    socket.pause()
    socket.on('readable', () => {})
    client.send(request('GET /'))
    let bytes = 0
    const begun = performance.now()
    const lastMs = bytesAMillisecond === 0 ? Infinity : 3000
    for (let ms = 0; ms < lastMs && codes.length === 0; ms = performance.now() - begun) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      const wanted = Math.min(Math.ceil(ms * bytesAMillisecond) - bytes, socket.readableLength)
      const octets: Buffer | null = wanted > 0 ? socket.read(wanted) : null
      bytes += octets?.length ?? 0
    }
    socket.destroy()
    return { codes, bytes }
  }

  test('live however slow they are', async () => {
    const { codes, bytes } = await read(1000)
    expect(codes).toEqual([])
    // Less than what the system would need to get rid of to be writable again.
    expect(bytes).toBeGreaterThan(100_000)
  })

  test('are cut when they take nothing at all', async () => {
    const { codes } = await read(0)
    expect(codes).toEqual(['ERR_WRITE_TIMEOUT'])
  })
})
