import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

interface Package {
  optionalDependencies?: Record<string, string>
}

test('package-lock.json knows the packages of every platform, so that npm ci works on all', async () => {
  const text = await readFile(new URL('../package-lock.json', import.meta.url), 'utf8')
  const { packages } = JSON.parse(text) as { packages: Record<string, Package> }
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
    ),
  )
  expect(missing).toEqual([])
})
