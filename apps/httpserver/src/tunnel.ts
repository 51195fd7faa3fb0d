// Octets between two streams that have left HTTP, both ways, until both have ended or one has broken.
import { resetAtEnd } from '@rawhttp/tcp-client'
import type { ByteStream } from '@rawhttp/tcp-server'
import { Sweeps } from './sweeps.ts'

/** One end of a tunnel, and the octets that were read from it already. */
export interface TunnelEnd {
  readonly stream: ByteStream
  readonly octets: Uint8Array
}

const LONGEST_SWEEP_INTERVAL_MS = 250
const SHORTEST_SWEEP_INTERVAL_MS = 10
const SWEEPS_A_DEADLINE = 4
// What is on its way when a tunnel is told to end arrives within this time.
const LAST_SILENCE_MS = 1500

/** All tunnels there are. None is kept that has been silent for too long. */
export class Tunnels {
  readonly #most: number
  readonly #tunnels = new Set<Tunnel>()
  #silenceMs: number
  readonly #sweeps: Sweeps

  /**
   * @param most how many there may be
   * @param silenceMs without an octet either way, before one is ended
   */
  constructor(most: number, silenceMs: number) {
    this.#most = most
    this.#silenceMs = silenceMs
    const intervalMs = Math.min(LONGEST_SWEEP_INTERVAL_MS, silenceMs / SWEEPS_A_DEADLINE)
    this.#sweeps = new Sweeps(Math.max(SHORTEST_SWEEP_INTERVAL_MS, intervalMs), () => {
      for (const tunnel of this.#tunnels) tunnel.sweep(this.#sweeps.awakeMs, this.#silenceMs)
      return this.#tunnels.size > 0
    })
  }

  /** Whether there are as many as there may be. */
  get full(): boolean {
    return this.#tunnels.size >= this.#most
  }

  /**
   * Joins two ends. Neither is read faster than the other takes, each is ended when the other has, and both break together: what was
   * reset on one side must not look whole on the other.
   *
   * @returns resolves when both are closed, to the octets that each of them gave
   */
  join(one: TunnelEnd, other: TunnelEnd): Promise<readonly [number, number]> {
    return new Promise((resolve) => {
      const tunnel = new Tunnel(one, other, () => {
        this.#tunnels.delete(tunnel)
        resolve(tunnel.passedBytes)
      })
      this.#tunnels.add(tunnel)
      this.#sweeps.start()
    })
  }

  /** Ends each tunnel as soon as it is silent for a moment: nothing else tells when what it carries has come to an end. */
  drain(): void {
    this.#silenceMs = Math.min(this.#silenceMs, LAST_SILENCE_MS)
  }
}

class Tunnel {
  readonly #streams: readonly ByteStream[]
  readonly #onClosed: () => void
  #openEnds = 2
  // Whether octets have come or left since the last sweep.
  #moved = true
  #silentSince = 0
  /** Octets that each end gave. */
  readonly passedBytes: [number, number] = [0, 0]

  constructor(one: TunnelEnd, other: TunnelEnd, onClosed: () => void) {
    this.#streams = [one.stream, other.stream]
    this.#onClosed = onClosed
    this.#pour(one, other.stream, 0)
    this.#pour(other, one.stream, 1)
  }

  sweep(now: number, silenceMs: number): void {
    if (this.#moved) {
      this.#moved = false
      this.#silentSince = now
      return
    }
    if (now - this.#silentSince < silenceMs) return
    for (const stream of this.#streams) {
      if (stream.writableLength > 0) breakOff(stream)
      else stream.destroy()
    }
  }

  #pour({ stream, octets }: TunnelEnd, into: ByteStream, end: 0 | 1): void {
    let ended = false
    const onTaken = (error?: Error | null): void => {
      this.#moved = true
      if (error) stream.destroy()
      else if (into.writableLength === 0) stream.resume()
    }
    const pass = (piece: Uint8Array): void => {
      this.#moved = true
      this.passedBytes[end] += piece.length
      if (!into.write(piece, 'latin1', onTaken)) stream.pause()
    }
    stream.on('end', () => {
      ended = resetAtEnd(stream) === undefined
      if (ended) into.end()
      else stream.destroy()
    })
    // Behind an orderly end octets may still be on their way to the other side.
    stream.on('close', () => {
      if (!ended) breakOff(into)
      this.#openEnds--
      if (this.#openEnds === 0) this.#onClosed()
    })
    // What is to be done about an error is done when the stream closes behind it.
    stream.on('error', () => undefined)
    stream.on('data', pass)
    stream.resume()
    if (octets.length > 0) pass(octets)
  }
}

function breakOff(stream: ByteStream): void {
  try {
    stream.resetAndDestroy?.()
  } catch {
    // TLS and unix sockets have no reset: those end without close_notify, or as they do.
  }
  stream.destroy()
}
