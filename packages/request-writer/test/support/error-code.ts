import { UsageError } from '@rawhttp/headers'

/** The code of the UsageError that `action` throws, or undefined when it throws none. Any other error goes on. */
export function usageCode(action: () => void): string | undefined {
  try {
    action()
  } catch (error) {
    if (error instanceof UsageError) return error.code
    throw error
  }
  return undefined
}
