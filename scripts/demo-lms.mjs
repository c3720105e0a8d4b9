// `npm run demo:lms`: from a fresh clone to a running demo of the LMS connector. Uses nothing but Node itself.

import { requireNode } from './lib/node-version.mjs'

requireNode()
void import('./lib/start-lms-demo.mjs').then(({ startLmsDemo }) => startLmsDemo())
