import type { IncomingMessage } from 'node:http'
import type { Settings } from '../../settings.ts'

/**
 * Repeated slashes in a path count as one, and a request to the short-link service's own host arrives at the
 * short-link routes, which live under /s.
 */
export function rewriteUrl(settings: Pick<Settings, 'publicUrl' | 'shortUrl'>) {
  const shortHost = new URL(settings.shortUrl).host
  const ownShortHost = shortHost !== new URL(settings.publicUrl).host ? shortHost : undefined
  return (request: IncomingMessage): string => {
    const url = collapseSlashes(request.url ?? '/')
    if (!ownShortHost || request.headers.host?.toLowerCase() !== ownShortHost) return url
    return url.startsWith('/health/') || url.startsWith('/assets/') || url.startsWith('/brand/')
      ? url
      : `/s${url}`
  }
}

function collapseSlashes(url: string): string {
  const query = url.indexOf('?')
  const path = query < 0 ? url : url.slice(0, query)
  return path.includes('//') ? path.replace(/\/{2,}/g, '/') + (query < 0 ? '' : url.slice(query)) : url
}
