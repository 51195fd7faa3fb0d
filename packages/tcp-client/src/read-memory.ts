// Where sockets read to. What is parsed and copied within one call needs no memory of its own: one piece serves all connections.
// A body that is handed on as it was read borrows memory until it has been taken.

const SHARED_BYTES = 65_536
const BORROWED_BYTES = 262_144
// 4 MiB at most; what is given back beyond that is left to the garbage collector.
const MAX_FREE = 16

/** Read to by every connection whose octets are used up before the next read. */
export const sharedMemory: Uint8Array = new Uint8Array(SHARED_BYTES)

const free: Uint8Array[] = []

/** Memory for one reader, until it is given back. */
export function borrowMemory(): Uint8Array {
  return free.pop() ?? new Uint8Array(BORROWED_BYTES)
}

/** Gives back what was borrowed; nobody may use it from now on. What was transferred against the rule has no octets any more. */
export function giveBackMemory(memory: Uint8Array): void {
  if (memory.length === BORROWED_BYTES && free.length < MAX_FREE) free.push(memory)
}
