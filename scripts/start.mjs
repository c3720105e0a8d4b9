// `npm start`: from a fresh clone to a running demo. Uses nothing but Node itself.

import { requireNode } from './lib/node-version.mjs'

requireNode()
void import('./lib/start-demo.mjs').then(({ startDemo }) => startDemo())
