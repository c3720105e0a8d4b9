#!/usr/bin/env node
// npm links this file before anything is built.
import { existsSync } from 'node:fs'

const main = new URL('../dist/main.js', import.meta.url)
if (existsSync(main)) {
  await import(main.href)
} else {
  console.error('bill-gateway-lms is not built yet. Run "npm run build" in its repository first.')
  process.exitCode = 1
}
