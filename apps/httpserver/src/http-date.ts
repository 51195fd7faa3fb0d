// HTTP-date    = IMF-fixdate / obs-date                       (RFC 9110 §5.6.7)
// IMF-fixdate  = day-name "," SP date1 SP time-of-day SP GMT         Sun, 06 Nov 1994 08:49:37 GMT
// rfc850-date  = day-name-l "," SP date2 SP time-of-day SP GMT       Sunday, 06-Nov-94 08:49:37 GMT
// asctime-date = day-name SP date3 SP time-of-day SP year            Sun Nov  6 08:49:37 1994
// The last two are obsolete and must be read. All is case-sensitive.

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const MONTH = `(?<month>${MONTHS.join('|')})`
const TIME = '(?<hour>[01]\\d|2[0-3]):(?<minute>[0-5]\\d):(?<second>[0-5]\\d|60)'
const DAY_NAME = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
const LONG_DAY_NAME = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day'
const FORMS = [
  new RegExp(`^${DAY_NAME}, (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`),
  new RegExp(`^${LONG_DAY_NAME}, (?<day>\\d\\d)-${MONTH}-(?<shortYear>\\d\\d) ${TIME} GMT$`),
  new RegExp(`^${DAY_NAME} ${MONTH} (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`),
]
const FORESIGHT_YEARS = 50

/**
 * Milliseconds since 1970 of an HTTP date. The name of the day is not compared with the day.
 *
 * @param nowMs the time now: a year of two digits is one near it
 * @returns undefined: it is none
 */
export function parseHttpDate(text: string, nowMs: number): number | undefined {
  for (const form of FORMS) {
    const parts = form.exec(text)?.groups
    if (parts !== undefined) return fromParts(parts, nowMs)
  }
  return undefined
}

function fromParts(parts: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  const { year, shortYear } = parts
  if (shortYear === undefined) return moment(Number(year), parts)
  const now = new Date(nowMs)
  const century = Math.floor(now.getUTCFullYear() / 100) * 100
  const inThisCentury = moment(century + Number(shortYear), parts)
  // A date that appears to be more than 50 years ahead is of the century before.
  const horizon = now.setUTCFullYear(now.getUTCFullYear() + FORESIGHT_YEARS)
  if (inThisCentury !== undefined && inThisCentury <= horizon) return inThisCentury
  return moment(century - 100 + Number(shortYear), parts)
}

// Undefined when the month has no such day.
function moment(
  year: number,
  { month = '', day = '', hour, minute, second }: Readonly<Record<string, string>>,
): number | undefined {
  const date = new Date(0)
  date.setUTCFullYear(year, MONTHS.indexOf(month), Number(day))
  if (date.getUTCDate() !== Number(day)) return undefined
  return date.setUTCHours(Number(hour), Number(minute), Number(second))
}
