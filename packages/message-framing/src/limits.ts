import { UsageError } from '@rawhttp/headers'

// What is no maximum is room that is taken at once: more than any head may have by default, 40 times over.
const MAX_ROOM_BYTES = 1_048_576

/**
 * `given` with the defaults for what it leaves out.
 *
 * @param mayBeZero names of the limits for which 0 is fine
 * @throws UsageError ERR_OPTION for a name that is none, and when a limit is no whole number of at least 1 (a maximum may be Infinity)
 */
export function completeLimits<Limits extends object>(
  defaults: Limits,
  given: Partial<Limits> | undefined,
  ...mayBeZero: readonly string[]
): Limits {
  if (given === undefined) return defaults
  const complete = { ...defaults, ...given }
  for (const [name, value] of Object.entries<unknown>(complete)) {
    if (!Object.hasOwn(defaults, name)) {
      const names = Object.keys(defaults).join(', ')
      throw new UsageError('ERR_OPTION', `${name}: expected one of ${names}`)
    }
    const least = mayBeZero.includes(name) ? 0 : 1
    const most = name.startsWith('max') ? Infinity : MAX_ROOM_BYTES
    const whole = typeof value === 'number' && (Number.isSafeInteger(value) || value === Infinity)
    if (!(whole && value >= least && value <= most)) {
      throw new UsageError(
        'ERR_OPTION',
        `${name}: expected a whole number from ${least} to ${most}, got ${String(value)}`,
      )
    }
  }
  return complete
}
