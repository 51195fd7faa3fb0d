/** `promise`, marked as seen: a handler that forgets to await it must not end the process with an unhandled rejection. */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(ignore)
  return promise
}

function ignore(): void {
  // Whoever awaits the promise is told all the same.
}
