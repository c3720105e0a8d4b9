// `npm test`: installs what the tests need, builds, and runs them all: `npm test -- path…` for some of them.

import { requireNode } from './lib/node-version.mjs'

requireNode()
void import('./lib/run-tests.mjs').then(({ runTests }) => runTests(process.argv.slice(2)))
