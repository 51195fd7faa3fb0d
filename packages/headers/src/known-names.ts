// Field names that most messages carry. One of them is recognised by words of four octets, in any letter case, without a string
// being made: the result is a shared constant in lower case. 15 names: about 10 ns each against 110 for a substring and toLowerCase.

/** Common field names in lower case; those at the start have a bit, see `nameBit`. */
export const KNOWN_NAMES: readonly string[] = [
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'content-type',
  'accept',
  'accept-encoding',
  'accept-language',
  'user-agent',
  'cookie',
  'referer',
  'origin',
  'cache-control',
  'authorization',
  'if-none-match',
  'if-modified-since',
  'if-match',
  'if-unmodified-since',
  'if-range',
  'range',
  'date',
  'server',
  'expect',
  'te',
  'trailer',
  'upgrade',
  'upgrade-insecure-requests',
  'via',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-real-ip',
  'x-request-id',
  'x-requested-with',
  'pragma',
  'priority',
  'dnt',
  'keep-alive',
  'proxy-connection',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-fetch-site',
  'sec-fetch-user',
  'sec-ch-ua',
  'sec-ch-ua-mobile',
  'sec-ch-ua-platform',
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-extensions',
  'sec-websocket-protocol',
  'sec-websocket-accept',
  'accept-ranges',
  'access-control-request-method',
  'access-control-request-headers',
  'access-control-allow-origin',
  'age',
  'allow',
  'content-encoding',
  'content-disposition',
  'content-language',
  'content-range',
  'etag',
  'expires',
  'last-modified',
  'location',
  'retry-after',
  'set-cookie',
  'strict-transport-security',
  'traceparent',
  'vary',
  'www-authenticate',
  'x-content-type-options',
]

/** The index in KNOWN_NAMES by name in the spellings that programs use: lower case, and each word capitalised. */
export const KNOWN_SPELLINGS: ReadonlyMap<string, number> = new Map(
  KNOWN_NAMES.flatMap((name, index) => [
    [name, index],
    [name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()), index],
  ]),
)

/** How many of the known names have a bit. */
export const BITS = 31

/**
 * A bit for one of the first 31 known names, so that whether any of some fields came is one test; 0 for other names.
 *
 * @param name a field name in lower case
 */
export function nameBit(name: string): number {
  const index = KNOWN_NAMES.indexOf(name)
  return index >= 0 && index < BITS ? 1 << index : 0
}

const UNKNOWN_NAME = -1

const COLON = 0x3a
const SLOTS = 256

// For each name: its octets and the colon in words of four, little-endian. `letterBits` has 0x20 where a letter stands (which
// folds the case of that octet alone: a blanket 0x20 would fold CR to "-") and 0xff behind the colon, where anything may come.
const wordStart: number[] = []
const words: number[] = []
const letterBits: number[] = []
// Names by a hash of their first word; `nextInSlot` chains those that share a slot.
const firstInSlot = new Int16Array(SLOTS).fill(UNKNOWN_NAME)
const nextInSlot = new Int16Array(KNOWN_NAMES.length).fill(UNKNOWN_NAME)

for (const [index, name] of KNOWN_NAMES.entries()) {
  wordStart.push(words.length)
  const room = Math.ceil((name.length + 1) / 4) * 4
  const octets = new DataView(new ArrayBuffer(room))
  const bits = new DataView(new ArrayBuffer(room))
  for (let i = 0; i < room; i++) {
    const code = i < name.length ? name.charCodeAt(i) : i === name.length ? COLON : 0xff
    octets.setUint8(i, code)
    bits.setUint8(i, i > name.length ? 0xff : code >= 0x61 && code <= 0x7a ? 0x20 : 0)
  }
  for (let i = 0; i < room; i += 4) {
    words.push(octets.getInt32(i, true))
    letterBits.push(bits.getInt32(i, true))
  }
  const slot = slotOf(octets.getInt32(0, true))
  nextInSlot[index] = firstInSlot[slot]
  firstInSlot[slot] = index
}
wordStart.push(words.length)
const WORDS = Int32Array.from(words)
const LETTER_BITS = Int32Array.from(letterBits)
const WORD_START = Int32Array.from(wordStart)
const LENGTHS = Uint8Array.from(KNOWN_NAMES, (name) => name.length)

/**
 * The index in KNOWN_NAMES of the field name that stands at `position` and is followed by a colon at once, or -1.
 * Reads words of four: there must be three readable octets behind the end, and a zero at the end.
 */
export function matchKnownName(view: DataView, position: number): number {
  let candidate = firstInSlot[slotOf(view.getInt32(position, true))]
  while (candidate !== UNKNOWN_NAME && !isKnownName(candidate, view, position)) {
    candidate = nextInSlot[candidate]
  }
  return candidate
}

/** How many octets the known name of that index has. */
export function knownNameLength(index: number): number {
  return LENGTHS[index]
}

/** Whether the known name of that index stands at `position` with a colon behind it; reads as `matchKnownName`. */
export function isKnownName(name: number, view: DataView, position: number): boolean {
  const start = WORD_START[name]
  const end = WORD_START[name + 1]
  for (let i = start; i < end; i++, position += 4) {
    if ((view.getInt32(position, true) | LETTER_BITS[i]) !== WORDS[i]) return false
  }
  return true
}

// The first three octets, letter case folded: the shortest name with its colon has no more.
function slotOf(firstWord: number): number {
  return Math.imul((firstWord | 0x20202020) & 0xffffff, 0x9e3779b1) >>> 24
}
