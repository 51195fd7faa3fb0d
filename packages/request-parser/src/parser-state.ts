// A request is read in four states. Octets are handed over with push and looked at only when next is called, so a state changes
// only there and in startNextMessage; the parser never calls anyone. In the parser the code of next is the machine and this table
// is what its tests are made from.

/** Where in a message the parser is. */
export type ParserState = 'Initialized' | 'ParsingHeaders' | 'ParsingBody' | 'Done'

/** What `next` found. */
export type ParserEvent = 'Head' | 'Body' | 'End'

/** What can happen to a parser. */
export type ParserInput =
  | 'request line read'
  | 'empty line read'
  | 'body octets'
  | 'body and trailers read'
  | 'startNextMessage()'

/** The state behind each input that is possible in a state; an input that is missing cannot occur there. */
export const PARSER_TRANSITIONS: {
  readonly [State in ParserState]: { readonly [Input in ParserInput]?: ParserState }
} = {
  Initialized: { 'request line read': 'ParsingHeaders', 'empty line read': 'Initialized' },
  ParsingHeaders: { 'empty line read': 'ParsingBody' },
  ParsingBody: { 'body octets': 'ParsingBody', 'body and trailers read': 'Done' },
  Done: { 'startNextMessage()': 'Initialized' },
}
