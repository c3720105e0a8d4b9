import type { FastifyInstance } from 'fastify'

interface Route {
  method: string
  path: RegExp
}

/** Every route as it is registered, for telling 405 from 404. */
export function collectRoutes(app: FastifyInstance): Route[] {
  const routes: Route[] = []
  app.addHook('onRoute', ({ method, url }) => {
    const path = new RegExp(
      `^${url
        .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
        .replace(/:[A-Za-z]+/g, '[^/]+')
        .replace(/\\\*/g, '.*')}/?$`,
    )
    for (const each of [method].flat()) routes.push({ method: each, path })
  })
  return routes
}

/** The methods that some route takes at the address; empty where there is no such address. */
export function allowedMethods(routes: Route[], url: string): string[] {
  const path = url.split('?', 1)[0] ?? ''
  return [...new Set(routes.filter((route) => route.path.test(path)).map((route) => route.method))]
}
