import { expect, test } from 'vitest'
import { ALL_CASES } from './cases/all.ts'
import { mutate, randomMutation } from './support/mutation.ts'
import { readNaively } from './support/naive-reader.ts'
import { latin1Text } from './support/octets.ts'
import { Random } from './support/random.ts'

const corpus = ALL_CASES.map(({ octets }) => latin1Text(octets)).filter((text) => text.length < 500)

function mutants(seed: number): string[] {
  const random = new Random(seed)
  return Array.from({ length: 1000 }, () =>
    mutate(random.pick(corpus), randomMutation(random, corpus)),
  )
}

test('what the fuzzer makes comes again from the same seed, and from no other', () => {
  expect(mutants(1)).toEqual(mutants(1))
  expect(mutants(1)).not.toEqual(mutants(2))
})

test('what the fuzzer makes is in part a request and in part none', () => {
  const readings = mutants(3).map(readNaively)
  const accepted = readings.filter(({ requests }) => requests.length > 0)
  expect(accepted.length).toBeGreaterThan(100)
  expect(accepted.length).toBeLessThan(600)
})
