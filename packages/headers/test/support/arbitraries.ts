import fc from 'fast-check'
import { KNOWN_NAMES } from '../../src/known-names.ts'

const TCHARS = "!#$%&'*+-.^_`|~0123456789ABCXYZabcxyz"

/** A field name: known ones in any letter case, names of objects, and any other token. */
export const fieldName: fc.Arbitrary<string> = fc.oneof(
  fc.mixedCase(fc.constantFrom(...KNOWN_NAMES)),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'x-own', 'X-Own', 'a', 'A'),
  fc.constantFrom('sec-', 'Sec-WebSocket-', 'access-control-', 'x-forwarded-', 'content-'),
  fc.string({ unit: fc.constantFrom(...TCHARS.split('')), minLength: 1, maxLength: 12 }),
)

/** A field value, without white space at its ends. */
export const fieldValue: fc.Arbitrary<string> = fc
  .string({
    unit: fc
      .oneof(
        { weight: 8, arbitrary: fc.integer({ min: 0x21, max: 0x7e }) },
        { weight: 1, arbitrary: fc.constantFrom(0x20, 0x09) },
        { weight: 1, arbitrary: fc.integer({ min: 0x80, max: 0xff }) },
      )
      .map((code) => String.fromCharCode(code)),
    maxLength: 40,
  })
  .map((value) => value.replaceAll(/^[\t ]+|[\t ]+$/g, ''))

const lineEnd = fc.oneof(
  { weight: 12, arbitrary: fc.constant('\r\n') },
  { weight: 1, arbitrary: fc.constantFrom('\n', '\r', '\r\r\n', '\r\n ', '') },
)
const whiteSpace = fc.string({ unit: fc.constantFrom(' ', '\t'), maxLength: 3 })
const colon = fc.oneof(
  { weight: 12, arbitrary: fc.constant(':') },
  { weight: 1, arbitrary: fc.constantFrom(' :', '', '::', '\0:') },
)
const rawValue = fc.oneof(
  { weight: 6, arbitrary: fieldValue },
  { weight: 1, arbitrary: fc.string({ unit: 'binary-ascii', maxLength: 20 }) },
)
const line = fc
  .tuple(fieldName, colon, whiteSpace, rawValue, whiteSpace, lineEnd)
  .map((parts) => parts.join(''))

/** Text that is a field section, nearly one, or nothing like it. */
export const sectionText: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        fc.array(line, { maxLength: 6 }),
        fc.constantFrom('\r\n', '\r\n', '\r\n', '\n', '\r', ''),
      )
      .map(([lines, end]) => lines.join('') + end),
  },
  {
    weight: 3,
    arbitrary: fc
      .array(
        fc.constantFrom(
          '\r',
          '\n',
          '\r\n',
          ':',
          ' ',
          '\t',
          'a',
          'Host',
          'te',
          '\0',
          '\x7f',
          '\xff',
        ),
        { maxLength: 16 },
      )
      .map((parts) => parts.join('')),
  },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 64 }).map((bytes) => String.fromCharCode(...bytes)),
  },
)
