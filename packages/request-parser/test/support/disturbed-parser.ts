import type { ParserEvent, ParserLimits, RequestParser } from '../../src/index.ts'
import { SECOND } from './deliveries.ts'

/** A parser before whose every step another one reads a request of its own, in the memory that they share. */
export function disturbed(
  Parser: new (limits?: Partial<ParserLimits>) => RequestParser,
): new (limits?: Partial<ParserLimits>) => RequestParser {
  const other = new Parser()
  return class DisturbedParser extends Parser {
    override next(): ParserEvent | null {
      other.push(SECOND)
      while (other.next() !== null);
      other.startNextMessage()
      return super.next()
    }
  }
}
