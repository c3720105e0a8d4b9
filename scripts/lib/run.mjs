import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The repository's top folder. */
export const top = fileURLToPath(new URL('../../', import.meta.url))

/**
 * Runs a program to its end and resolves with its exit status. Being told to stop is passed on.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export async function run(program, args, options = {}) {
  const child = spawn(program, args, { cwd: top, stdio: 'inherit', ...options })
  const passOn = (signal) => child.kill(signal)
  process.on('SIGTERM', passOn).on('SIGINT', passOn)
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (status, signal) => resolve(status ?? (signal === 'SIGINT' ? 130 : 143)))
    })
  } finally {
    process.off('SIGTERM', passOn).off('SIGINT', passOn)
  }
}

/** Runs a script with this Node. */
export function runNode(args, options) {
  return run(process.execPath, args, options)
}
