export { readInvocation, USAGE_EXIT_CODE } from './invocation.ts'
export type { Invocation } from './invocation.ts'
export { wholeNumber } from './values.ts'
