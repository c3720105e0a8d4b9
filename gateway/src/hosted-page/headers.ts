/** What every page is sent with: kept by nobody, found by no search engine, talking to nobody but us. */
export const pageHeaders = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex, nofollow',
} as const

/** For files whose names change with their content. */
export const foreverHeaders = {
  'cache-control': 'public, max-age=31536000, immutable',
  'x-content-type-options': 'nosniff',
} as const

/** For files asked for by a name that does not say which version is meant. */
export const fileHeaders = { ...foreverHeaders, 'cache-control': 'public, max-age=300' } as const
