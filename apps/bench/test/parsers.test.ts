import { describe, expect, test } from 'vitest'
import { inputs } from '../src/inputs.ts'
import * as httpParserJs from '../src/parsers/http-parser-js.ts'
import * as llhttpWasm from '../src/parsers/llhttp-wasm.ts'
import * as nodeBinding from '../src/parsers/node-binding.ts'
import * as rawhttp from '../src/parsers/rawhttp.ts'

// A benchmark of parsers that do not read the same compares nothing.
describe.each([
  ['rawhttp', rawhttp],
  ['node-binding', nodeBinding],
  ['llhttp-wasm', llhttpWasm],
  ['http-parser-js', httpParserJs],
])('%s', (_name, module) => {
  test.each(inputs())('reads every variant of: $name', (input) => {
    const driver = module.createDriver()
    for (const unit of input.units) {
      expect(driver(unit)).toEqual({
        messages: input.messages,
        fieldLines: input.fieldLines,
        bodyBytes: input.bodyBytes,
      })
    }
  })
})
