import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: {
    alias: { '@bill-gateway/contract': fileURLToPath(new URL('contract/src/index.ts', import.meta.url)) },
  },
  test: {
    include: ['{contract,gateway,connector,test,scripts,bench}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['gateway/testing/global-setup.ts', 'connector/testing/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Limits for what hangs, not for what is slow: a machine may be busy with other things.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 45_000 } },
    teardownTimeout: 60_000,
  },
})
