// node:net can read into memory that it is given, once for all sockets, and then says how much came: `onread` of net.Socket. That
// saves a buffer, a readable stream and an event each time. It takes the memory only when a socket is made, though, and accepted
// sockets are made by node:net itself. So a socket of our own, made with `onread`, shows under which keys node:net keeps the memory
// and the function, and accepted ones are given them there. Where anything is not as expected nothing is changed, and octets are
// read by events. It reaches behind the public API of Node (docs/adr/007), as stream-end.ts and the handshakes of tls-gate.ts do.
import { Socket } from 'node:net'
import type { ConnectOpts, SocketConstructorOpts } from 'node:net'
import type { ByteStream } from './byte-stream.ts'
import { takeWaitingOctet } from './stream-end.ts'

/** Told that `count` octets are in `memory`, which is used again as soon as this returns. */
export type Receive = (count: number, memory: Uint8Array) => void

interface Keys {
  readonly memory: symbol
  readonly receive: symbol
}

// As much as node:net reads at once without it.
const MEMORY_BYTES = 65_536

let sharedMemory: Uint8Array | undefined
// null: node:net is not as expected.
let knownKeys: Keys | null | undefined

/** How a stream is read. */
export interface Reading {
  /** Whether octets come in memory that is used again. */
  readonly direct: boolean
  /** Reads what has come since the event loop looked, or the first of it; whether anything has. */
  look(): boolean
  /** From here on octets come by 'data' events, to whom wants them. */
  stop(): void
}

/**
 * Begins to read.
 *
 * @param receive told of octets; borrowed ones are gone when it returns
 */
export function startReading(
  stream: ByteStream,
  reading: 'auto' | 'events',
  receive: (octets: Uint8Array, borrowed: boolean) => void,
): Reading {
  const onMemory: Receive = (count, memory) => {
    receive(new Uint8Array(memory.buffer, memory.byteOffset, count), true)
  }
  const look = (): boolean => {
    const octet = takeWaitingOctet(stream)
    if (octet !== undefined) receive(octet, false)
    return octet !== undefined
  }
  if (reading === 'auto' && readDirectly(stream, onMemory)) {
    return {
      direct: true,
      look,
      stop() {
        readByEvents(stream)
      },
    }
  }
  const onOctets = (octets: Uint8Array): void => {
    receive(octets, false)
  }
  stream.on('data', onOctets)
  stream.resume()
  return {
    direct: false,
    look,
    stop() {
      stream.off('data', onOctets)
    },
  }
}

/**
 * Lets the octets that come be read into shared memory. There are no 'data' events then, until `readByEvents`.
 *
 * @returns false: it cannot be, and nothing has changed
 */
export function readDirectly(stream: ByteStream, receive: Receive): boolean {
  const memory = (sharedMemory ??= new Uint8Array(MEMORY_BYTES))
  if (knownKeys === undefined) knownKeys = findKeys(memory)
  if (knownKeys === null || !mayRead(stream, knownKeys) || !giveMemory(stream, memory)) return false
  Reflect.set(stream, knownKeys.memory, memory)
  Reflect.set(stream, knownKeys.receive, receive)
  return true
}

/** The octets of a stream that is read directly come by 'data' events from now on. */
export function readByEvents(stream: ByteStream): void {
  const push: unknown = Reflect.get(stream, 'push')
  if (!knownKeys || typeof push !== 'function') return
  Reflect.set(stream, knownKeys.receive, (count: number, memory: Uint8Array): unknown =>
    // A Buffer in memory of its own, as node:net gives.
    Reflect.apply(push, stream, [Buffer.from(memory.slice(0, count).buffer)]),
  )
}

function findKeys(memory: Uint8Array): Keys | null {
  const receive = (): boolean => true
  const options: SocketConstructorOpts & ConnectOpts = {
    onread: { buffer: memory, callback: receive },
  }
  const socket = new Socket(options)
  const keys = Object.getOwnPropertySymbols(socket)
  const memoryKey = keys.find((key) => Reflect.get(socket, key) === memory)
  const receiveKey = keys.find((key) => Reflect.get(socket, key) === receive)
  socket.destroy()
  if (memoryKey === undefined || receiveKey === undefined) return null
  return { memory: memoryKey, receive: receiveKey }
}

// Octets that were read before would come by events, behind those that come directly.
function mayRead(stream: ByteStream, { memory, receive }: Keys): boolean {
  return (
    Reflect.get(stream, memory) === null &&
    Reflect.get(stream, receive) === null &&
    Reflect.get(stream, 'readableLength') === 0
  )
}

function giveMemory(stream: ByteStream, memory: Uint8Array): boolean {
  const handle: unknown = Reflect.get(stream, '_handle')
  if (typeof handle !== 'object' || handle === null) return false
  const take: unknown = Reflect.get(handle, 'useUserBuffer')
  if (typeof take !== 'function') return false
  try {
    Reflect.apply(take, handle, [memory])
    return true
  } catch {
    return false
  }
}
