// The caller's field lines, looked at once: rendered in their order and spelling with Host in front, and those noticed that the
// framing and the connection hang on. The caller's Headers are never changed.
import { describeText, hasListMember, listMembers } from '@rawhttp/headers'
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
  /** Value of Content-Length, or NO_LENGTH. */
  contentLength: number = NO_LENGTH
  /** Whether there is `Transfer-Encoding: chunked`. */
  chunked = false
  /** Whether trailer fields are announced. */
  announcesTrailers = false
  /** Whether the body waits for 100 (Continue). */
  expectsContinue = false
  #hostLine = ''
  #host: string | undefined
  // The lines in front of Connection, if there is one, and the others.
  #before = ''
  #behind = ''
  #connectionName = ''
  #connectionOptions = ''
  #keepAliveLines = ''
  #hasTe = false
  #hasUpgrade = false

  /**
   * Reads and renders.
   *
   * @param authority what Host must be, where the request target says it; empty where it does not
   * @param host what Host is where nobody says it, or empty
   * @throws UsageError ERR_HOST, ERR_CONTENT_LENGTH, ERR_TRANSFER_ENCODING, ERR_FRAMING_CONFLICT, ERR_TE
   */
  read(headers: Headers, authority: string, host: string): void {
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
          if (this.#connectionName === '') {
            this.#connectionName = headers.spellingAt(line)
            this.#before = text
            text = ''
          }
          this.#connectionOptions += this.#connectionOptions === '' ? value : `, ${value}`
          continue
        case 'keep-alive':
          // It is true where the connection persists, which is not known yet.
          this.#keepAliveLines += `${headers.spellingAt(line)}: ${value}\r\n`
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
          checkTe(value)
          this.#hasTe = true
          break
        case 'upgrade':
          if (listMembers(value).length > 0) this.#hasUpgrade = true
      }
      text += `${headers.spellingAt(line)}: ${value}\r\n`
    }
    checkOneFraming(this.contentLength, this.chunked)
    this.#checkHost(authority, host)
    this.#behind = text
  }

  /** Whether the caller wants the connection closed behind the response. */
  get closes(): boolean {
    return this.#connectionOptions !== '' && hasListMember(this.#connectionOptions, 'close')
  }

  /**
   * The lines to send: Host, the others of the caller, `added`. Connection stands where the caller has it or else at the end, and
   * is made true: it says `close` when the connection ends and not `keep-alive` beside it, and names the fields that are for the
   * next hop alone: TE (RFC 9110 §10.1.4), Upgrade (§7.8), and Keep-Alive, which is left out when the connection ends.
   */
  lines(added: string, persistent: boolean): string {
    const connection = this.#connectionLines(persistent)
    return this.#connectionName === ''
      ? this.#hostLine + this.#behind + added + connection
      : this.#hostLine + this.#before + connection + this.#behind + added
  }

  #clear(): void {
    this.contentLength = NO_LENGTH
    this.chunked = false
    this.announcesTrailers = false
    this.expectsContinue = false
    this.#host = undefined
    this.#connectionName = ''
    this.#connectionOptions = ''
    this.#keepAliveLines = ''
    this.#hasTe = false
    this.#hasUpgrade = false
  }

  #connectionLines(persistent: boolean): string {
    const hint = persistent ? this.#keepAliveLines : ''
    let options = this.#connectionOptions
    if (!persistent) options = withOption(withoutKeepAlive(options), 'close')
    if (this.#hasTe) options = withOption(options, 'TE')
    if (this.#hasUpgrade) options = withOption(options, 'Upgrade')
    if (hint !== '') options = withOption(options, 'Keep-Alive')
    return options === '' ? '' : `${this.#connectionName || 'Connection'}: ${options}\r\n${hint}`
  }

  #readHost(value: string, name: string): void {
    if (this.#host !== undefined) throw misuse('ERR_HOST', 'Host', 'one line', 'a second one')
    if (!isHost(value)) {
      throw misuse('ERR_HOST', 'Host', 'host and port', describeText(value))
    }
    this.#host = value
    this.#hostLine = `${name}: ${value}\r\n`
  }

  // RFC 9112 §3.2: every request has one, and it is the authority of the target URI (§3.2.2, §3.2.3).
  #checkHost(authority: string, host: string): void {
    if (this.#host === undefined) {
      const value = authority || host
      if (value === '') throw misuse('ERR_HOST', 'Host', 'one line', 'none')
      this.#hostLine = `Host: ${value}\r\n`
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

// RFC 9112 §7.4: chunked is understood anyway, and must not be named.
function checkTe(value: string): void {
  if (!/chunked/i.test(value)) return
  const codings = value.split(',').map((member) => member.split(';')[0])
  if (!codings.some((coding) => hasListMember(coding, 'chunked'))) return
  throw misuse('ERR_TE', 'TE', 'no chunked, which goes without saying', describeText(value))
}

// Connection is a list of tokens: a quote hides no comma, just as `hasListMember` reads it.
function withOption(options: string, option: string): string {
  if (hasListMember(options, option.toLowerCase())) return options
  return options === '' ? option : `${options}, ${option}`
}

function withoutKeepAlive(options: string): string {
  if (!hasListMember(options, 'keep-alive')) return options
  const others = options.split(',').filter((option) => !hasListMember(option, 'keep-alive'))
  return others.map((option) => option.trim()).join(', ')
}
