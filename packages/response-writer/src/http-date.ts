// IMF-fixdate = day-name "," SP date1 SP time-of-day SP GMT      (RFC 9110 §5.6.7), such as Sun, 06 Nov 1994 08:49:37 GMT
import { isFieldValue } from '@rawhttp/headers'
import { describeValue, misuse } from '@rawhttp/message-framing'

let currentSecond = NaN
let currentDate = ''
let renderedDate = ''
let renderedLine = ''

/** The time now as IMF-fixdate. Made once a second: toUTCString takes 770 ns. */
export function httpDate(): string {
  const second = Math.floor(Date.now() / 1000)
  if (second !== currentSecond) {
    currentSecond = second
    // ECMA-262 gives toUTCString just this form.
    currentDate = new Date(second * 1000).toUTCString()
  }
  return currentDate
}

/**
 * The field line for a date. The last one is kept, since most of them are the same as the one before.
 *
 * @throws UsageError ERR_FIELD_VALUE when it would not stay within its line
 */
export function dateLine(date: string): string {
  if (date !== renderedDate) {
    // The types say text, but an object may have another one each time that it is asked.
    if (typeof date !== 'string' || !isFieldValue(date)) {
      throw misuse('ERR_FIELD_VALUE', 'Date', 'visible characters and spaces', describeValue(date))
    }
    renderedDate = date
    renderedLine = `Date: ${date}\r\n`
  }
  return renderedLine
}
