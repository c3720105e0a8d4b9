import { open, readFile, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Does the work while no other process does work under the same lock file.
 *
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function exclusively(file, work) {
  for (;;) {
    const handle = await open(file, 'wx').catch((error) => {
      if (error.code !== 'EEXIST') throw error
    })
    if (handle) {
      await handle.writeFile(String(process.pid)).finally(() => handle.close())
      return work().finally(() => rm(file, { force: true }))
    }
    if (!isAlive(Number(await readFile(file, 'utf8').catch(() => '0')))) await rm(file, { force: true })
    await sleep(200)
  }
}

function isAlive(pid) {
  try {
    return pid === 0 || process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}
