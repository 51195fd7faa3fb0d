import { EXERCISES } from './exercises.ts'

/** What came of each exercise here, in order; what was thrown is an outcome too. */
export async function perform(): Promise<string[]> {
  const outcomes: string[] = []
  for (const exercise of EXERCISES) {
    try {
      outcomes.push(await exercise.perform())
    } catch (error) {
      outcomes.push(`threw ${String(error)}`)
    }
  }
  return outcomes
}
