import { describe, expect, test } from 'vitest'
import { Failure } from '../src/failure.ts'
import { describeFindings, judge, memoryGrowth } from '../src/report.ts'
import type { Findings, Possessions, Sample } from '../src/report.ts'
import { Tally } from '../src/tally.ts'

const CONFIG = { seconds: 60, clients: 10, seed: 1, maxSlope: 64 }

function possessions(descriptors: number, changes: Partial<Possessions> = {}): Possessions {
  const vitalSigns = { rssMiB: 70, descriptors, sockets: 5 }
  return { vitalSigns, clientConnections: 0, upstreamConnections: 0, handles: {}, ...changes }
}

function samplesOf(...points: readonly (readonly [requests: number, rssMiB: number])[]): Sample[] {
  return points.map(([requests, rssMiB]) => ({ requests, rssMiB, descriptors: 30, sockets: 9 }))
}

// 100,000 requests between two samples, and so many MiB.
function rising(mebibytes: number): Sample[] {
  return samplesOf(
    ...Array.from({ length: 20 }, (_none, i) => [i * 1e5, 70 + i * mebibytes] as const),
  )
}

function findings(changes: Partial<Findings> = {}): Findings {
  const tally = new Tally()
  tally.kinds.good.requests = 100
  tally.kinds.good.answers = 100
  tally.latencies.add(2)
  return {
    config: CONFIG,
    seconds: 60,
    tally,
    samples: samplesOf([0, 70], [50, 71], [100, 71]),
    before: possessions(22),
    after: possessions(22),
    complaints: [],
    exit: { code: 0, signal: null },
    ...changes,
  }
}

function failing(): Tally {
  const tally = new Tally()
  tally.kinds.good.requests = 1
  for (let i = 0; i < 12; i++) tally.failed('slow', `case ${i}`, new Failure('expected a, got b'))
  return tally
}

const NO_PROC: Possessions = { ...possessions(0), vitalSigns: undefined }

describe('judge', () => {
  test.each<{ title: string; changes: Partial<Findings>; faults: readonly string[] }>([
    { title: 'nothing wrong', changes: {}, faults: [] },
    {
      title: 'nothing where the system tells nothing',
      changes: { before: NO_PROC, after: NO_PROC, samples: [] },
      faults: [],
    },
    { title: 'no request', changes: { tally: new Tally() }, faults: ['no request was made'] },
    {
      title: 'failures, by kind',
      changes: { tally: failing() },
      faults: ['12 failures of slow clients'],
    },
    { title: 'a few descriptors that stay', changes: { after: possessions(26) }, faults: [] },
    {
      title: 'more descriptors',
      changes: { after: possessions(27) },
      faults: ['5 more file descriptors than before'],
    },
    {
      title: 'a client that is gone',
      changes: { after: possessions(23, { clientConnections: 1 }) },
      faults: ['1 connections to clients that are gone'],
    },
    {
      title: 'idle connections of the proxy, as many as it can have needed',
      changes: { after: possessions(226, { upstreamConnections: 204 }) },
      faults: [],
    },
    {
      title: 'more connections of the proxy than it can have needed',
      changes: { after: possessions(227, { upstreamConnections: 205 }) },
      faults: ['205 ends of connections between proxy and upstream'],
    },
    {
      title: 'memory that grows',
      changes: { samples: rising(7) },
      faults: ['memory grows by 70.0 MiB for each million requests'],
    },
    { title: 'memory that grows less than it may', changes: { samples: rising(6) }, faults: [] },
    {
      title: 'memory that grows by what it breathes',
      changes: { samples: samplesOf([0, 70], [1000, 71], [2000, 81], [3000, 91], [4000, 101]) },
      faults: [],
    },
    {
      title: 'memory that grows fast and by much',
      changes: { samples: samplesOf([0, 70], [1000, 71], [2000, 91], [3000, 111], [4000, 131]) },
      faults: ['memory grows by 20000.0 MiB for each million requests'],
    },
    {
      title: 'what the server wrote to its standard error',
      changes: { complaints: ['httpserver: oh', 'no'] },
      faults: ['the server complained: httpserver: oh'],
    },
    {
      title: 'an exit code',
      changes: { exit: { code: 3, signal: null } },
      faults: ['the server ended with 3'],
    },
    {
      title: 'a server that had to be killed',
      changes: { exit: { code: null, signal: 'SIGKILL' } },
      faults: ['the server ended with SIGKILL'],
    },
  ])('finds $title', ({ changes, faults }) => {
    expect(judge(findings(changes))).toEqual(faults)
  })
})

test('memoryGrowth leaves out the first half, in which memory grows once', () => {
  const samples = samplesOf(
    [0, 10],
    [1000, 50],
    [1_000_000, 100],
    [2_000_000, 103],
    [3_000_000, 106],
  )
  expect(memoryGrowth(samples)).toEqual({ slope: 3, error: 0, riseMiB: 6 })
  expect(memoryGrowth([])).toEqual({ slope: 0, error: 0, riseMiB: 0 })
})

describe('describeFindings', () => {
  test('tells all numbers', () => {
    const handles = { TCPServerWrap: 2, PipeWrap: 1 }
    const after = possessions(30, { clientConnections: 2, upstreamConnections: 6, handles })
    expect(describeFindings(findings({ after })).join('\n')).toMatchInlineSnapshot(`
      "seed 1, 10 clients, 60.0 s, 2 requests a second
      kind     connections    requests     answers    failures
      good               0         100         100           0
      bad                0           0           0           0
      slow               0           0           0           0
      aborted            0           0           0           0
      latency of good requests: p50 2.0 ms, p99 2.0 ms, of 1
      memory: 70.0 MiB before, 71.0 at most, 70.0 after
      memory over the second half: +0.0 ± 0.0 MiB for each million requests, +0.0 MiB in all
      file descriptors: 22 before, 30 at most, 30 after
      of them to clients: 0 before, 2 after; between proxy and upstream: 0 before, 6 after
      open handles: none before; 1 PipeWrap, 2 TCPServerWrap after
      exit code after SIGTERM: 0"
    `)
  })

  test('tells the first failures and complaints, and how the server ended', () => {
    const lines = describeFindings(
      findings({
        tally: failing(),
        complaints: ['httpserver: oh'],
        exit: { code: null, signal: 'SIGKILL' },
      }),
    )
    expect(lines.filter((line) => line.startsWith('failure: '))).toHaveLength(10)
    expect(lines).toContain('failure: slow, case 0: expected a, got b')
    expect(lines).toContain('standard error: httpserver: oh')
    expect(lines).toContain('exit code after SIGTERM: SIGKILL')
  })

  test('says what it could not look at', () => {
    const lines = describeFindings(findings({ before: NO_PROC, after: NO_PROC, samples: [] }))
    expect(lines).toContain('memory and file descriptors: not looked at, as there is no /proc')
    expect(lines.join('\n')).not.toContain('file descriptors: 0')
  })
})
