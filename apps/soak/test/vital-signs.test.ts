import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { readConnections, readVitalSigns } from '../src/vital-signs.ts'
import { withServer } from './support/site.ts'

// No process has so high a number.
const NOBODY = 2 ** 30

// Elsewhere there is nothing to read, and that is what must be found.
const thereIsProc = process.platform === 'linux'

describe('readVitalSigns', () => {
  test('tells the memory of a process and its descriptors', async () => {
    const before = readVitalSigns(process.pid)
    expect(before === undefined).toBe(!thereIsProc)
    await withServer(
      () => undefined,
      async (port) => {
        const socket = connect(port, '127.0.0.1')
        await once(socket, 'connect')
        const during = readVitalSigns(process.pid)
        if (before !== undefined && during !== undefined) {
          expect(before.rssMiB).toBeGreaterThan(10)
          expect(during.sockets).toBeGreaterThanOrEqual(before.sockets + 2)
          expect(during.descriptors).toBeGreaterThan(during.sockets)
        }
        socket.destroy()
      },
    )
  })

  test('tells nothing of a process that is not there', () => {
    expect(readVitalSigns(NOBODY)).toBeUndefined()
  })
})

describe('readConnections', () => {
  test('tells both ends of every connection that is open, and of no listener', async () => {
    await withServer(
      () => undefined,
      async (port) => {
        const ours = (): unknown =>
          readConnections(process.pid).filter(
            ({ localPort, remotePort }) => localPort === port || remotePort === port,
          )
        expect(ours()).toEqual([])
        const socket = connect(port, '127.0.0.1')
        await once(socket, 'connect')
        const { localPort = 0 } = socket
        expect(ours()).toEqual(
          thereIsProc ? expect.arrayContaining([{ localPort, remotePort: port }]) : [],
        )
        socket.destroy()
        await once(socket, 'close')
        expect(readConnections(process.pid)).not.toContainEqual({ localPort, remotePort: port })
      },
    )
  })

  test('tells nothing of a process that is not there', () => {
    expect(readConnections(NOBODY)).toEqual([])
  })
})
