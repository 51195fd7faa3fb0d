import type { Fault } from '@rawhttp/headers'

/** What can be wrong with the framing of a message body. */
export type FramingFaultCode =
  | 'ERR_FRAMING_CONFLICT'
  | 'ERR_CONTENT_LENGTH'
  | 'ERR_TRANSFER_ENCODING'
  | 'ERR_TRANSFER_CODING_UNKNOWN'
  | 'ERR_CHUNK_SIZE'
  | 'ERR_CHUNK_EXTENSION'
  | 'ERR_CHUNK_DATA'
  | 'ERR_CHUNK_EXTENSION_TOO_LARGE'
  | 'ERR_CHUNK_OVERHEAD_TOO_LARGE'
  | 'ERR_TRAILER_FIELD'
  | 'ERR_TRAILER_SECTION_TOO_LARGE'
  | 'ERR_BODY_TOO_LARGE'

/** Every fault of message framing: status, section, subject and hint by code. */
export const FRAMING_FAULTS: {
  readonly [Code in FramingFaultCode]: Fault & { readonly code: Code }
} = {
  ERR_FRAMING_CONFLICT: {
    code: 'ERR_FRAMING_CONFLICT',
    status: 400,
    section: 'RFC 9112 §6.1',
    subject: 'Message body',
    hint: 'Send either Transfer-Encoding or Content-Length, never both.',
  },
  ERR_CONTENT_LENGTH: {
    code: 'ERR_CONTENT_LENGTH',
    status: 400,
    section: 'RFC 9112 §6.2',
    subject: 'Content-Length',
    hint: 'Send one Content-Length line with decimal digits only.',
  },
  ERR_TRANSFER_ENCODING: {
    code: 'ERR_TRANSFER_ENCODING',
    status: 400,
    section: 'RFC 9112 §6.1',
    subject: 'Transfer-Encoding',
    hint: 'Send "Transfer-Encoding: chunked", once, in HTTP/1.1 only.',
  },
  ERR_TRANSFER_CODING_UNKNOWN: {
    code: 'ERR_TRANSFER_CODING_UNKNOWN',
    status: 501,
    section: 'RFC 9112 §6.1',
    subject: 'Transfer-Encoding',
    hint: 'Use no transfer coding but chunked.',
  },
  ERR_CHUNK_SIZE: {
    code: 'ERR_CHUNK_SIZE',
    status: 400,
    section: 'RFC 9112 §7.1',
    subject: 'Chunk size',
    hint: 'Start each chunk with its size in hexadecimal digits and CR LF.',
  },
  ERR_CHUNK_EXTENSION: {
    code: 'ERR_CHUNK_EXTENSION',
    status: 400,
    section: 'RFC 9112 §7.1.1',
    subject: 'Chunk extension',
    hint: 'Write chunk extensions as ";name" or ";name=value", or leave them out.',
  },
  ERR_CHUNK_DATA: {
    code: 'ERR_CHUNK_DATA',
    status: 400,
    section: 'RFC 9112 §7.1',
    subject: 'Chunk data',
    hint: 'Send as many octets as the chunk size says, and then CR LF.',
  },
  ERR_CHUNK_EXTENSION_TOO_LARGE: {
    code: 'ERR_CHUNK_EXTENSION_TOO_LARGE',
    status: 413,
    section: 'RFC 9112 §7.1.1',
    subject: 'Chunk extensions',
    hint: 'Leave chunk extensions out.',
  },
  ERR_CHUNK_OVERHEAD_TOO_LARGE: {
    code: 'ERR_CHUNK_OVERHEAD_TOO_LARGE',
    status: 413,
    section: 'RFC 9112 §7.1.1',
    subject: 'Chunk framing',
    hint: 'Send larger chunks with less around them.',
  },
  ERR_TRAILER_FIELD: {
    code: 'ERR_TRAILER_FIELD',
    status: 400,
    section: 'RFC 9110 §6.5.1',
    subject: 'Trailer section',
    hint: 'Send this field in the header section.',
  },
  ERR_TRAILER_SECTION_TOO_LARGE: {
    code: 'ERR_TRAILER_SECTION_TOO_LARGE',
    status: 431,
    section: 'RFC 9112 §7.1.2',
    subject: 'Trailer section',
    hint: 'Send fewer or shorter trailer fields.',
  },
  ERR_BODY_TOO_LARGE: {
    code: 'ERR_BODY_TOO_LARGE',
    status: 413,
    section: 'RFC 9110 §15.5.14',
    subject: 'Message body',
    hint: 'Send a smaller body.',
  },
}
