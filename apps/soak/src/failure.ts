/** The server did not do what it should. Anything else that is thrown is a fault of the soak itself. */
export class Failure extends Error {
  override readonly name = 'Failure'
}

/** @throws Failure unless `actual` is `expected` */
export function expectSame(
  what: string,
  actual: string | number | boolean | undefined,
  expected: string | number | boolean | undefined,
): void {
  if (actual !== expected)
    throw new Failure(`${what}: expected ${show(expected)}, got ${show(actual)}`)
}

/** A value as it is shown in a report: short, and on one line. */
export function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length <= 120 ? text : `${text.slice(0, 120)}…`
}
