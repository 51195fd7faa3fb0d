// The caller's field lines, looked at once: rendered in their order and spelling, and those noticed that the framing and the
// connection hang on. What the writer must not send is left out; the caller's Headers are never changed.
import { hasListMember, listMembers } from '@rawhttp/headers'
import type { Headers } from '@rawhttp/headers'
import {
  checkCodingToSend,
  checkOneFraming,
  contentLengthToSend,
  NO_LENGTH,
} from '@rawhttp/message-framing'
import type { HttpVersion } from '@rawhttp/message-framing'
import type { ContentRule } from './response-framing.ts'

/** What one header section says. One object serves all responses: read it before any other code can run. */
export class HeaderSection {
  /** The field lines to send, but those of Connection and Keep-Alive that `connectionLines` gives. */
  text = ''
  /** Value of Content-Length, or NO_LENGTH. */
  contentLength: number = NO_LENGTH
  /** Whether there is `Transfer-Encoding: chunked`. */
  chunked = false
  /** Whether trailer fields are announced. */
  announcesTrailers = false
  /** Whether there is a Date. */
  hasDate = false
  /** Whether another protocol is named. */
  hasUpgrade = false
  #saysClose = false
  #connectionName = ''
  #connectionOptions = ''
  #keepAliveLines = ''

  /**
   * Reads and renders.
   *
   * @throws UsageError ERR_CONTENT_LENGTH, ERR_TRANSFER_ENCODING, ERR_FRAMING_CONFLICT
   */
  read(headers: Headers, rule: ContentRule, httpVersion: HttpVersion): void {
    this.contentLength = NO_LENGTH
    this.chunked = false
    this.announcesTrailers = false
    this.hasDate = false
    this.hasUpgrade = false
    this.#saysClose = false
    this.#connectionOptions = ''
    this.#keepAliveLines = ''
    let text = ''
    const lineCount = headers.size
    for (let line = 0; line < lineCount; line++) {
      const value = headers.valueAt(line)
      switch (headers.nameAt(line)) {
        case 'content-length':
          this.contentLength = contentLengthToSend(value, this.contentLength)
          if (rule === 'Unframed' || rule === 'Transitional') continue
          break
        case 'transfer-encoding':
          checkCodingToSend(value, this.chunked)
          this.chunked = true
          // RFC 9112 §6.1: not to a client that speaks 1.0.
          if (httpVersion === '1.0') continue
          break
        case 'trailer':
          this.announcesTrailers = true
          if (httpVersion === '1.0') continue
          break
        case 'date':
          this.hasDate = true
          break
        case 'connection':
          // 101 needs the field for Upgrade, and a tunnel has no next message.
          if (rule !== 'Transitional' && this.#holdsConnection(value, headers.spellingAt(line))) {
            continue
          }
          break
        case 'keep-alive':
          // It is true where the connection persists, which is not known yet.
          if (rule !== 'Transitional') {
            this.#keepAliveLines += `${headers.spellingAt(line)}: ${value}\r\n`
            continue
          }
          break
        case 'upgrade':
          if (listMembers(value).length > 0) this.hasUpgrade = true
      }
      text += `${headers.spellingAt(line)}: ${value}\r\n`
    }
    checkOneFraming(this.contentLength, this.chunked)
    this.text = text
  }

  /** Whether the caller wants the connection closed behind this response. */
  get closes(): boolean {
    if (this.#saysClose) return true
    return this.#connectionOptions !== '' && hasListMember(this.#connectionOptions, 'close')
  }

  /**
   * The lines that make Connection true, or nothing when it is already: `close` stands in it exactly once when the connection ends,
   * and never when it does not. Where it does not, Keep-Alive follows, `keepAliveLine` unless the caller has one. Connection says
   * `keep-alive` to HTTP/1.0 (RFC 9112 §9.3), and to name that field (RFC 9110 §7.6.1).
   */
  connectionLines(persistent: boolean, httpVersion: HttpVersion, keepAliveLine: string): string {
    let hint = ''
    if (persistent) hint = this.#keepAliveLines === '' ? keepAliveLine : this.#keepAliveLines
    const named = persistent && (hint !== '' || httpVersion === '1.0')
    if (this.#connectionOptions !== '') return this.#rewrittenConnection(persistent, named) + hint
    if (persistent) return named ? `Connection: keep-alive\r\n${hint}` : ''
    return this.#saysClose ? '' : 'Connection: close\r\n'
  }

  #rewrittenConnection(persistent: boolean, named: boolean): string {
    const options: string[] = []
    // A list of tokens: a quote hides no comma, just as `hasListMember` reads it.
    for (const member of this.#connectionOptions.split(',')) {
      const option = member.trim()
      const name = option.toLowerCase()
      if (name === '' || name === 'close') continue
      if (name !== 'keep-alive' || (persistent && !named)) options.push(option)
    }
    if (!persistent && !this.#saysClose) options.push('close')
    if (named) options.push('keep-alive')
    if (options.length === 0) return ''
    return `${this.#connectionName}: ${options.join(', ')}\r\n`
  }

  // A line that says `close` and nothing else can stand where it is. Others wait for what `connectionLines` makes of them.
  #holdsConnection(value: string, name: string): boolean {
    if (!this.#saysClose && value.toLowerCase() === 'close') {
      this.#saysClose = true
      return false
    }
    this.#connectionName = name
    this.#connectionOptions += this.#connectionOptions === '' ? value : `, ${value}`
    return true
  }
}
