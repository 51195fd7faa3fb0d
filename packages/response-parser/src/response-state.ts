// A response is read as a request is, with two ways more: an interim response has no body and leads back to the start, and behind
// 101 or 2xx to CONNECT another protocol follows, of which the parser knows nothing. Octets are looked at only when next is called,
// so a state changes only there and in startNextMessage. In the parser the code of next is the machine and this table is what its
// tests are made from.

/** Where in a response the parser is; `Switched`: the connection is no longer one of HTTP. */
export type ResponseState = 'Initialized' | 'ParsingHeaders' | 'ParsingBody' | 'Done' | 'Switched'

/** What `next` found. */
export type ResponseEvent = 'Interim' | 'Head' | 'Body' | 'End'

/** What can happen to a parser. */
export type ResponseInput =
  | 'status line read'
  | 'interim response read'
  | 'empty line read'
  | 'body octets'
  | 'body and trailers read'
  | 'end of a close-delimited body'
  | 'another protocol follows'
  | 'startNextMessage()'

/** The state behind each input that is possible in a state; an input that is missing cannot occur there. */
export const RESPONSE_TRANSITIONS: {
  readonly [State in ResponseState]: { readonly [Input in ResponseInput]?: ResponseState }
} = {
  Initialized: { 'status line read': 'ParsingHeaders' },
  ParsingHeaders: { 'interim response read': 'Initialized', 'empty line read': 'ParsingBody' },
  ParsingBody: {
    'body octets': 'ParsingBody',
    'body and trailers read': 'Done',
    'end of a close-delimited body': 'Done',
    'another protocol follows': 'Switched',
  },
  Done: { 'startNextMessage()': 'Initialized' },
  Switched: {},
}
