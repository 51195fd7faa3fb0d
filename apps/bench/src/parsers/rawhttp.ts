import type { Direction, Driver } from './driver.ts'
import { createRequestDriver } from './rawhttp-request.ts'
import { createResponseDriver } from './rawhttp-response.ts'

export const version = 'workspace'

export function createDriver(direction: Direction): Driver {
  return direction === 'request' ? createRequestDriver() : createResponseDriver()
}
