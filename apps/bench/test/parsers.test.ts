import { describe, expect, test } from 'vitest'
import { requests } from '../src/messages/requests.ts'
import { responses } from '../src/messages/responses.ts'
import * as bareHttpParser from '../src/parsers/bare-http-parser.ts'
import type { ParserModule } from '../src/parsers/driver.ts'
import * as httpParserJs from '../src/parsers/http-parser-js.ts'
import * as llhttpWasm from '../src/parsers/llhttp-wasm.ts'
import * as nodeBinding from '../src/parsers/node-binding.ts'
import * as rawhttp from '../src/parsers/rawhttp.ts'
import { checkTally } from '../src/work/workloads.ts'

const PARSERS: readonly (readonly [name: string, module: ParserModule])[] = [
  ['rawhttp', rawhttp],
  ['node-binding', nodeBinding],
  ['llhttp-wasm', llhttpWasm],
  ['http-parser-js', httpParserJs],
  ['bare-http-parser', bareHttpParser],
]

// A benchmark of parsers that do not read the same compares nothing.
describe.each(PARSERS)('%s', (_name, module) => {
  test.each(requests())('reads every variant of a request: $name', (input) => {
    const driver = module.createDriver('request')
    const binding = nodeBinding.createDriver('request')
    for (const unit of input.units) {
      const tally = driver(unit)
      checkTally(module, input, tally)
      expect(tally.fieldCharacters).toBe(binding(unit).fieldCharacters)
    }
  })

  test.each(responses())('reads every variant of a response: $name', (input) => {
    const driver = module.createDriver('response')
    const binding = nodeBinding.createDriver('response')
    for (const unit of input.units) {
      const tally = driver(unit)
      checkTally(module, input, tally)
      expect(tally.fieldCharacters).toBe(binding(unit).fieldCharacters)
    }
  })

  test('says its version', () => {
    expect(module.version).toMatch(/\d|workspace/)
  })
})

describe('the check of what was read', () => {
  const [input] = requests()

  test.each(['messages', 'fieldLines', 'trailerLines', 'bodyBytes'] as const)(
    'sees that %s are wrong',
    (count) => {
      if (input === undefined) throw new Error('no input')
      const { messages, fieldLines, trailerLines, bodyBytes } = input
      const right = { messages, fieldLines, fieldCharacters: 0, trailerLines, bodyBytes }
      checkTally(rawhttp, input, right)
      expect(() => {
        checkTally(rawhttp, input, { ...right, [count]: right[count] + 1 })
      }).toThrow(`minimal GET was read as {`)
    },
  )
})
