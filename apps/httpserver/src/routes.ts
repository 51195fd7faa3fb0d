import type { Config } from './config.ts'
import { serveEcho } from './handlers/echo.ts'
import { servePage } from './handlers/page.ts'
import { serveProxy } from './handlers/proxy.ts'
import type { ProxyOptions } from './handlers/proxy.ts'
import { TEST_ROUTES } from './handlers/test-routes.ts'
import { serveFolder } from './handlers/static.ts'
import { serveVideo } from './handlers/video.ts'
import { ReadBuffers } from './read-buffers.ts'
import type { Route } from './route.ts'

// A page is the same for whoever asks, by whatever method but the two that have a meaning of their own.
const PAGE_METHODS = { allBut: ['OPTIONS', 'TRACE'] }

/** All routes but the fallback. */
export function makeRoutes(
  config: Config,
  proxy: Omit<ProxyOptions, 'prefix' | 'trusts'>,
): readonly Route[] {
  const buffers = new ReadBuffers()
  return [
    { pattern: '/', methods: PAGE_METHODS, handler: servePage(200, 'success.html') },
    {
      pattern: '/yourproblem',
      methods: PAGE_METHODS,
      handler: servePage(400, 'your-problem.html'),
    },
    { pattern: '/myproblem', methods: PAGE_METHODS, handler: servePage(500, 'my-problem.html') },
    { pattern: '/echo/**', methods: { allBut: [] }, handler: serveEcho },
    { pattern: '/video', methods: ['GET'], handler: serveVideo(config.video, buffers) },
    {
      pattern: '/httpbin/**',
      methods: { allBut: ['TRACE'] },
      handler: serveProxy({ ...proxy, prefix: '/httpbin', trusts: config.trustProxy }),
    },
    ...(config.public === undefined
      ? []
      : [
          {
            pattern: '/static/**',
            methods: ['GET'],
            handler: serveFolder(config.public, '/static', buffers),
          },
        ]),
    ...(config.testRoutes ? TEST_ROUTES : []),
  ]
}

/** What answers every other path: the same page as "/", as the seed did, or a 404. */
export function makeFallback({ unknown }: Config): Route {
  const handler =
    unknown === 404 ? servePage(404, 'not-found.html') : servePage(200, 'success.html')
  return { pattern: '/**', methods: PAGE_METHODS, handler }
}
