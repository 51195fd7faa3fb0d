// pnpm fuzz [--seconds 60] [--seed N]: requests changed by chance, against the built package. Three things must hold for each:
// nothing is thrown but a ProtocolError; the events are the same whatever the pieces, the limits and what other parsers do; and
// a request is accepted exactly when the naive reader of the tests accepts it. What is found is printed, made as short as it can
// be, for a table row.
import { parseArgs } from 'node:util'
import { RequestParser } from '@rawhttp/request-parser'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } },
})
const seconds = Number(values.seconds)
const seed = Number(values.seed ?? Date.now() % 2 ** 32)
if (!(seconds > 0) || !Number.isInteger(seed)) {
  console.error('--seconds takes a number above 0, --seed a whole number')
  process.exit(2)
}

// The support of the tests, compiled by `tsc -p fuzz`.
const { ALL_CASES } = await support('cases/all')
const { cutAtRandom, wholeLog } = await support('support/deliveries')
const { disturbed } = await support('support/disturbed-parser')
const { readLog } = await support('support/event-log')
const { mutate, randomMutation } = await support('support/mutation')
const { readNaively } = await support('support/naive-reader')
const { latin1, latin1Text } = await support('support/octets')
const { Random } = await support('support/random')
const { endsAtLimit, readingOf } = await support('support/requests-of')

const LONGEST_SEED = 600
const MAX_FINDINGS = 10
const MANNERS = ['when asked', 'at once', 'also when Done']
const SMALL_LIMITS = {
  initialBufferBytes: 64,
  maxRequestLineBytes: 60,
  maxHeaderSectionBytes: 120,
  maxFieldLines: 6,
  maxChunkExtensionBytes: 20,
  maxTrailerSectionBytes: 40,
  maxBodyBytes: 60,
}

const short = ALL_CASES.filter(({ octets }) => octets.length < LONGEST_SEED)
const textsOf = (cases) => cases.map(({ octets }) => latin1Text(octets))
const Disturbed = disturbed(RequestParser)
const corpus = textsOf(short)
// Behind a fault nothing is read, so most inputs begin as what is accepted.
const accepted = textsOf(short.filter(({ error, waits }) => error === undefined && !waits))
const outcomes = new Map()
const findings = new Set()
const start = performance.now()
const elapsed = () => (performance.now() - start) / 1000
let runs = 0
// Without a reader of its findings it is of no use.
process.stdout.once('error', () => process.exit(1))
console.log(`seed ${seed}, ${corpus.length} texts to begin with, ${seconds} s`)
for (; elapsed() < seconds && findings.size < MAX_FINDINGS; runs++) {
  const input = randomInput(new Random(seed + runs))
  const finding = judge(input)
  if (finding !== undefined) report(input, finding)
}
const tally = [...outcomes]
  .toSorted((a, b) => b[1] - a[1])
  .map(([name, count]) => `${name} ${count}`)
console.log(`outcomes: ${tally.join(', ')}`)
console.log(
  `${runs} runs in ${elapsed().toFixed(0)} s, ${(runs / elapsed()).toFixed(0)} a second: ${findings.size} findings`,
)
process.exitCode = findings.size === 0 ? 0 : 1

function support(name) {
  return import(new URL(`../reports/fuzz/test/${name}.js`, import.meta.url))
}

function randomInput(random) {
  // Some are long enough to cross the window in which heads are read.
  const parts = random.below(20) === 0 ? 2 + random.below(40) : 1 + random.below(2)
  let text = Array.from({ length: parts }, () =>
    random.pick(random.below(8) === 0 ? corpus : accepted),
  ).join('')
  for (let left = random.below(4); left > 0; left--) {
    text = mutate(text, randomMutation(random, corpus))
  }
  const limits = random.below(2) === 0 ? undefined : randomLimits(random)
  return { text, limits, end: random.below(2) === 0, seed: random.below(2 ** 32) }
}

function randomLimits(random) {
  return Object.fromEntries(
    Object.entries(SMALL_LIMITS)
      .filter(() => random.below(2) === 0)
      .map(([name, most]) => [name, 1 + random.below(most)]),
  )
}

/** What is wrong with how an input is read, or undefined. */
function judge({ text, limits, end, seed: deliverySeed }) {
  const octets = latin1(text)
  try {
    const log = wholeLog(new RequestParser(limits), octets, end)
    const wanted = JSON.stringify(log)
    for (const { title, pieces, manner } of someDeliveries(octets, new Random(deliverySeed))) {
      const delivered = readLog(new RequestParser(limits), pieces, end, manner)
      if (JSON.stringify(delivered) !== wanted) {
        return `reads otherwise ${title}, pushed ${manner}:\n${wanted}\n${JSON.stringify(delivered)}`
      }
    }
    const undisturbed = JSON.stringify(readLog(new Disturbed(limits), [octets], end, 'when asked'))
    if (undisturbed !== wanted) {
      return `reads otherwise when another parser reads too:\n${wanted}\n${undisturbed}`
    }
    const { event, code } = log.at(-1)
    outcomes.set(code ?? event, (outcomes.get(code ?? event) ?? 0) + 1)
    return limits === undefined ? compare(text, octets) : undefined
  } catch (error) {
    return `throws ${error.stack}`
  }
}

function compare(text, octets) {
  const log = wholeLog(new RequestParser(), octets, true)
  if (endsAtLimit(log)) return undefined
  const [ours, theirs] = [readingOf(log), readNaively(text)].map((reading) =>
    JSON.stringify(reading),
  )
  return ours === theirs ? undefined : `is not what the naive reader reads:\n${ours}\n${theirs}`
}

function* someDeliveries(octets, random) {
  const single = Array.from(octets, (_, i) => octets.subarray(i, i + 1))
  yield { title: 'octet by octet', pieces: single, manner: random.pick(MANNERS) }
  for (let round = 0; round < 6 && octets.length > 1; round++) {
    const i = 1 + random.below(octets.length - 1)
    const pieces = [octets.subarray(0, i), octets.subarray(i)]
    yield { title: `cut at ${i}`, pieces, manner: 'when asked' }
  }
  for (const manner of MANNERS) {
    const pieces = cutAtRandom(octets, random)
    yield { title: `cut into ${pieces.map((piece) => piece.length).join(' ')}`, pieces, manner }
  }
}

function report(input, finding) {
  const shortest = shorten(input, kindOf(finding))
  const why = judge(shortest) ?? finding
  const key = `${kindOf(why)} ${shortest.text}`
  if (findings.has(key)) return
  findings.add(key)
  const { text, limits, end } = shortest
  console.log(`\nFINDING ${JSON.stringify({ text, limits, end })}\n${why}`)
}

function kindOf(finding) {
  return finding.split(/ (?:octet|cut)|:/)[0]
}

// Takes out parts for as long as the same kind of thing is found.
function shorten(input, kind) {
  let shortest = input
  for (let count = Math.ceil(input.text.length / 2); count >= 1; count = Math.floor(count / 2)) {
    for (let at = 0; at < shortest.text.length;) {
      const { text } = shortest
      const shorter = { ...shortest, text: text.slice(0, at) + text.slice(at + count) }
      const finding = judge(shorter)
      if (finding !== undefined && kindOf(finding) === kind) shortest = shorter
      else at += count
    }
  }
  return shortest
}
