import { describe, expect, test } from 'vitest'
import { LAYERS, layerShares } from '../src/profile/layers.ts'
import type { CpuProfile } from '../src/profile/layers.ts'

const FRAMES = [
  { functionName: '(program)', url: '' },
  { functionName: 'writeLatin1String', url: '' },
  { functionName: '(garbage collector)', url: '' },
  { functionName: '(idle)', url: '' },
  { functionName: 'onStreamRead', url: 'node:internal/stream_base_commons' },
  { functionName: 'next', url: 'file:///a/packages/request-parser/dist/request-parser.js' },
  { functionName: 'new', url: 'file:///a/packages/response-parser/dist/index.js' },
  { functionName: 'handler', url: 'file:///a/apps/bench/dist/servers/rawhttp.js' },
]

// Sample i is of frame i and took 10 (i + 1) microseconds.
const PROFILE: CpuProfile = {
  nodes: FRAMES.map((callFrame, id) => ({ id, callFrame })),
  startTime: 1000,
  samples: FRAMES.map((_, i) => i),
  timeDeltas: FRAMES.map((_, i) => 10 * (i + 1)),
}

describe('the shares of the layers', () => {
  test('are of the busy time, by whose code it is', () => {
    const shares = layerShares(PROFILE, 0, Infinity)
    const busy = 360 - 40
    expect([...shares.keys()]).toEqual(LAYERS)
    expect(shares.get('system calls and C++')).toBeCloseTo(30 / busy)
    expect(shares.get('garbage collection')).toBeCloseTo(30 / busy)
    expect(shares.get('Node’s JavaScript')).toBeCloseTo(50 / busy)
    expect(shares.get('request-parser')).toBeCloseTo(60 / busy)
    expect(shares.get('tcp-client and below')).toBeCloseTo(70 / busy)
    expect(shares.get('handler, app, libraries')).toBeCloseTo(80 / busy)
    expect([...shares.values()].reduce((sum, share) => sum + share)).toBeCloseTo(1)
  })

  test('leave out what came before and behind', () => {
    // Samples end at 1010, 1030, 1060 and so on.
    const shares = layerShares(PROFILE, 1025, 1065)
    expect(shares.get('system calls and C++')).toBeCloseTo(20 / 50)
    expect(shares.get('garbage collection')).toBeCloseTo(30 / 50)
    expect(shares.get('handler, app, libraries')).toBe(0)
  })

  test('are none when there was nothing to do', () => {
    const shares = layerShares({ ...PROFILE, samples: [3], timeDeltas: [5] }, 0, Infinity)
    expect(new Set(shares.values())).toEqual(new Set([0]))
  })
})
