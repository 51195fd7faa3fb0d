// The caller's field lines, looked at once: rendered in their order and spelling with Host in front, and those noticed that the
// framing and the connection hang on. The caller's Headers are never changed.
import { describeText, hasListMember } from '@rawhttp/headers'
import type { Headers } from '@rawhttp/headers'
import {
  checkCodingToSend,
  checkOneFraming,
  contentLengthToSend,
  isHost,
  misuse,
  NO_LENGTH,
} from '@rawhttp/message-framing'

/** What one header section says. One object serves all requests: read it before any other code can run. */
export class HeaderSection {
  /** The line of Host. */
  hostLine = ''
  /** The other field lines to send, but those of Connection that `connectionLine` gives. */
  text = ''
  /** Value of Content-Length, or NO_LENGTH. */
  contentLength: number = NO_LENGTH
  /** Whether there is `Transfer-Encoding: chunked`. */
  chunked = false
  /** Whether trailer fields are announced. */
  announcesTrailers = false
  /** Whether the body waits for 100 (Continue). */
  expectsContinue = false
  #connectionName = ''
  #connectionOptions = ''
  #host: string | undefined
  #hasTe = false
  #hasUpgrade = false

  /**
   * Reads and renders.
   *
   * @param authority what Host must be, where the request target says it; empty where it does not
   * @throws UsageError ERR_HOST, ERR_CONTENT_LENGTH, ERR_TRANSFER_ENCODING, ERR_FRAMING_CONFLICT
   */
  read(headers: Headers, authority: string): void {
    this.#clear()
    let text = ''
    const lineCount = headers.size
    for (let line = 0; line < lineCount; line++) {
      const value = headers.valueAt(line)
      switch (headers.nameAt(line)) {
        case 'host':
          this.#readHost(value, headers.spellingAt(line))
          continue
        case 'connection':
          this.#connectionName ||= headers.spellingAt(line)
          this.#connectionOptions += this.#connectionOptions === '' ? value : `, ${value}`
          continue
        case 'content-length':
          this.contentLength = contentLengthToSend(value, this.contentLength)
          break
        case 'transfer-encoding':
          checkCodingToSend(value, this.chunked)
          this.chunked = true
          break
        case 'trailer':
          this.announcesTrailers = true
          break
        case 'expect':
          if (hasListMember(value, '100-continue')) this.expectsContinue = true
          break
        case 'te':
          this.#hasTe = true
          break
        case 'upgrade':
          this.#hasUpgrade = true
      }
      text += `${headers.spellingAt(line)}: ${value}\r\n`
    }
    checkOneFraming(this.contentLength, this.chunked)
    this.#checkHost(authority)
    this.text = text
  }

  /** Whether the caller wants the connection closed behind the response. */
  get closes(): boolean {
    return this.#connectionOptions !== '' && hasListMember(this.#connectionOptions, 'close')
  }

  /**
   * The line of Connection, or nothing when there is nothing to say: `close` stands in it exactly when the connection ends,
   * `keep-alive` never beside it, and what TE (RFC 9110 §10.1.4) and Upgrade (§7.8) need besides.
   */
  connectionLine(persistent: boolean): string {
    const options = this.#connectionOptions
      .split(',')
      .map((option) => option.trim())
      .filter((option) => option !== '' && (persistent || option.toLowerCase() !== 'keep-alive'))
    const add = (option: string): void => {
      if (!options.some((other) => other.toLowerCase() === option.toLowerCase()))
        options.push(option)
    }
    if (!persistent) add('close')
    if (this.#hasTe) add('TE')
    if (this.#hasUpgrade) add('Upgrade')
    return options.length === 0
      ? ''
      : `${this.#connectionName || 'Connection'}: ${options.join(', ')}\r\n`
  }

  #clear(): void {
    this.hostLine = ''
    this.contentLength = NO_LENGTH
    this.chunked = false
    this.announcesTrailers = false
    this.expectsContinue = false
    this.#connectionName = ''
    this.#connectionOptions = ''
    this.#host = undefined
    this.#hasTe = false
    this.#hasUpgrade = false
  }

  #readHost(value: string, name: string): void {
    if (this.#host !== undefined) throw misuse('ERR_HOST', 'Host', 'one line', 'a second one')
    if (!isHost(value)) {
      throw misuse('ERR_HOST', 'Host', 'host and port', describeText(value))
    }
    this.#host = value
    this.hostLine = `${name}: ${value}\r\n`
  }

  // RFC 9112 §3.2: every request has one, and it is the authority of the target URI (§3.2.2, §3.2.3).
  #checkHost(authority: string): void {
    if (this.#host === undefined) {
      if (authority === '') throw misuse('ERR_HOST', 'Host', 'one line', 'none')
      this.hostLine = `Host: ${authority}\r\n`
    } else if (authority !== '' && this.#host.toLowerCase() !== authority.toLowerCase()) {
      throw misuse(
        'ERR_HOST',
        'Host',
        `${authority} as in the request target`,
        describeText(this.#host),
      )
    }
  }
}
