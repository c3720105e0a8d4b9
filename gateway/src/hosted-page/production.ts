import { env } from 'node:process'

/**
 * Imported before React: its development build is several times slower and says the same. Whoever wants that
 * build sets NODE_ENV.
 */
env.NODE_ENV ??= 'production'
