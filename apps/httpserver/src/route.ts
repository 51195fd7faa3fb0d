import type { ResponseWriter } from '@rawhttp/response-writer'
import type { IncomingRequest } from '@rawhttp/tcp-server'
import type { Target } from './target.ts'

/** Answers the requests of one route. */
export type RouteHandler = (
  request: IncomingRequest,
  writer: ResponseWriter,
  target: Target,
) => void | Promise<void>

/** One row of a routing table. */
export interface Route {
  /** In the syntax of rou3; matched against the path as it came, percent-encoding and dot segments included. */
  readonly pattern: string
  /** The methods that the handler gets: those of a list, with HEAD wherever there is GET, or all but those of a list. */
  readonly methods: readonly string[] | { readonly allBut: readonly string[] }
  readonly handler: RouteHandler
}
