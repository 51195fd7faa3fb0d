import { describe, expect, test } from 'vitest'
import { connect, request } from './support/connect.ts'
import { echoTarget } from './support/handlers.ts'

describe('the trace', () => {
  test('tells all that happens on a connection, in order', async () => {
    const rig = connect(echoTarget)
    await rig.send(request('GET /a'))
    await rig.send('bad\r\n')
    await rig.end()
    const { connection } = rig.events[0] ?? {}
    const told = rig.events.map((event) => {
      expect(event.connection).toBe(connection)
      switch (event.type) {
        case 'Opened':
          return `Opened ${event.remoteAddress} ${event.secure}`
        case 'OctetsIn':
        case 'OctetsOut':
          return `${event.type} ${event.octets.length > 0}`
        case 'Head':
          return `Head ${event.requestLine.requestTarget}`
        case 'StatusLine':
          return `StatusLine ${event.statusCode}`
        case 'StateChanged':
          return `${event.from} → ${event.to} (${event.event})`
        case 'Failed':
          return `Failed ${event.error.name}`
        case 'Closed':
          return `Closed ${event.requestCount}`
      }
    })
    expect(told).toEqual([
      'Opened 192.0.2.1 false',
      'OctetsIn true',
      'Idle → ReadingHead (octets)',
      'ReadingHead → Handling (head)',
      'Head /a',
      'StatusLine 200',
      'Handling → Idle (response done)',
      'OctetsOut true',
      'OctetsIn true',
      'Idle → ReadingHead (octets)',
      'Failed ProtocolError',
      'StatusLine 400',
      'ReadingHead → Lingering (violation)',
      'OctetsOut true',
      'Lingering → Closed (peer end)',
      'Closed 1',
    ])
  })

  test('gives each connection a number of its own', async () => {
    const [first, second] = [connect(echoTarget), connect(echoTarget)]
    expect(first.events[0]?.connection).not.toBe(second.events[0]?.connection)
  })
})
