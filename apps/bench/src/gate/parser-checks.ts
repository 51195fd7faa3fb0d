// What a parser may do for its octets: look at each a fixed number of times however they come, and copy no content.
import type { Finding } from './check.ts'
import type { StepCounter } from './steps.ts'

/** One parser at work on one connection. */
interface GateParser {
  /** Hands octets over and takes every event. */
  feed(octets: Uint8Array): void
  /** Messages that were read to their end. */
  readonly messages: number
}

/** Makes parsers; each gives its content to `onContent`. */
export type MakeParser = (onContent: (octets: Uint8Array) => void) => GateParser

/** What a parser reads: messages that are alike but for how much they have of something. */
export interface Sizes {
  readonly what: string
  readonly message: (size: number) => string
  readonly small: number
  readonly large: number
}

// V8 loses some counts of what it has inlined, so 1 is not exact; what looks at everything again at each piece comes near 2.
const SLOPE = 1.3
const CONTENT = 'x'.repeat(50_000)

// How a message comes, and how many steps an octet of it may take: half as many again as were counted when this was set.
const WAYS = [
  { how: 'whole', pieceBytes: Infinity, stepsAnOctet: 4 },
  { how: 'in single octets', pieceBytes: 1, stepsAnOctet: 50 },
]

/** Whether steps are few, and grow as octets do, when a message comes whole and when it drips octet by octet. */
export async function checkSteps(
  counter: StepCounter,
  name: string,
  makeParser: MakeParser,
  sizes: readonly Sizes[],
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const { what, message, small, large } of sizes) {
    for (const { how, pieceBytes, stepsAnOctet } of WAYS) {
      const [few, many] = [message(small), message(large)]
      const least = await stepsFor(counter, makeParser, few, pieceBytes)
      const most = await stepsFor(counter, makeParser, many, pieceBytes)
      const growth = Math.log(most / least) / Math.log(many.length / few.length)
      const subject = `${name}, ${what}, ${how}`
      findings.push(
        { name: subject, counted: most / many.length, bound: stepsAnOctet, unit: 'steps an octet' },
        { name: `${subject}: growth`, counted: growth, bound: SLOPE, unit: '(1 is linear)' },
      )
    }
  }
  return findings
}

async function stepsFor(
  counter: StepCounter,
  makeParser: MakeParser,
  text: string,
  pieceBytes: number,
): Promise<number> {
  const octets = Buffer.from(text, 'latin1')
  const pieces: Uint8Array[] = []
  for (let i = 0; i < octets.length; i += pieceBytes) {
    pieces.push(new Uint8Array(octets.subarray(i, i + pieceBytes)))
  }
  const parser = makeParser(() => {})
  const steps = await counter.count(() => {
    for (const piece of pieces) parser.feed(piece)
  })
  // A parser that reads nothing takes few steps.
  return parser.messages === 1 ? steps : NaN
}

/** How many octets of content are not views of what was handed over. */
export function checkCopies(
  name: string,
  makeParser: MakeParser,
  startLine: string,
): readonly Finding[] {
  const length = `${startLine}\r\nHost: a\r\nContent-Length: ${CONTENT.length}\r\n\r\n`
  const chunked = `${startLine}\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n`
  const size = (CONTENT.length / 5).toString(16)
  const chunks = `${size}\r\n${CONTENT.slice(0, CONTENT.length / 5)}\r\n`.repeat(5)
  return [
    copies(`${name}: copies of content with a length`, makeParser, [length + CONTENT]),
    copies(`${name}: copies of content in pieces`, makeParser, [
      length,
      CONTENT.slice(0, 20_000),
      CONTENT.slice(20_000),
    ]),
    copies(`${name}: copies of content in chunks`, makeParser, [`${chunked}${chunks}0\r\n\r\n`]),
  ]
}

function copies(name: string, makeParser: MakeParser, texts: readonly string[]): Finding {
  const pieces = texts.map((text) => new Uint8Array(Buffer.from(text, 'latin1')))
  let read = 0
  let copied = 0
  const parser = makeParser((octets) => {
    read += octets.length
    if (!pieces.some(({ buffer }) => buffer === octets.buffer)) copied += octets.length
  })
  for (const piece of pieces) parser.feed(piece)
  const complete = parser.messages === 1 && read === CONTENT.length
  return { name, counted: complete ? copied : NaN, bound: 0, unit: 'octets' }
}
