import { Headers } from '@rawhttp/headers'
import type { Handler } from '@rawhttp/tcp-server'
import { addRoute, createRouter, findRoute } from 'rou3'
import { respondPlain } from './plain-response.ts'
import type { Route, RouteHandler } from './route.ts'
import { splitTarget } from './target.ts'

/** What resources here understand by and large: the answer to "OPTIONS *", and where a route takes whatever comes. */
export const COMMON_METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'
const KNOWN_METHODS = new Set([...COMMON_METHODS.split(', '), 'TRACE'])

interface Entry {
  readonly allow: string
  readonly accepts: (method: string) => boolean
  readonly handler: RouteHandler
}

/**
 * Finds the route of each request, and answers where no handler does: CONNECT, "OPTIONS *", OPTIONS, 405 with Allow, and 501.
 *
 * @param routes the table; of several patterns that fit the most specific one counts, whatever the order
 * @param fallback answers a path without a route; its pattern does not matter
 */
export function routeRequests(routes: readonly Route[], fallback: Route): Handler {
  const router = createRouter<Entry>()
  for (const route of routes) addRoute(router, '', route.pattern, entryOf(route))
  const fallbackEntry = entryOf(fallback)
  return (request, writer) => {
    const { method, requestTarget } = request.requestLine
    // RFC 9110 §9.3.6: only a proxy has a use for CONNECT, and its target is no path.
    if (method === 'CONNECT') {
      respondPlain(writer, 501, 'This server makes no tunnels.')
      return
    }
    const target = splitTarget(requestTarget)
    if (target.path === '*') {
      writer.respond(204, undefined, new Headers([['Allow', COMMON_METHODS]]))
      return
    }
    const entry = findRoute(router, '', target.path)?.data ?? fallbackEntry
    if (entry.accepts(method)) return entry.handler(request, writer, target)
    if (method === 'OPTIONS') {
      writer.respond(204, undefined, new Headers([['Allow', entry.allow]]))
      return
    }
    // RFC 9110 §9.1: 405 would say that the method does something elsewhere.
    if (!KNOWN_METHODS.has(method)) {
      respondPlain(writer, 501, 'This server knows no such method.')
      return
    }
    respondPlain(writer, 405, `Allowed here: ${entry.allow}.`, [['Allow', entry.allow]])
  }
}

function entryOf({ methods, handler }: Route): Entry {
  if ('allBut' in methods) {
    const refused = new Set(methods.allBut)
    return { allow: COMMON_METHODS, accepts: (method) => !refused.has(method), handler }
  }
  const accepted = new Set(methods)
  // RFC 9110 §9.3.2: HEAD is GET without the content, which the writer leaves out.
  if (accepted.has('GET')) accepted.add('HEAD')
  return {
    allow: [...accepted, 'OPTIONS'].join(', '),
    accepts: (method) => accepted.has(method),
    handler,
  }
}
