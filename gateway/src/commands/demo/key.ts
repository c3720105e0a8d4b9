import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Db } from '../../platform/db/database.ts'
import { createKey, type Provider } from '../../provider/index.ts'
import { writePrivately } from './write-privately.ts'

export interface DemoKey {
  apiKey: string
  apiSecret: string
}

const fileName = 'demo-key.json'

/** The key of earlier starts while it works, else a new one: the database knows only hashes of secrets. */
export async function demoKey(
  app: FastifyInstance,
  db: Db,
  provider: Provider,
  dataDir: string,
): Promise<DemoKey> {
  const file = join(dataDir, fileName)
  const kept = await readKey(file)
  if (kept && (await works(app, kept))) return kept
  const { apiKey, apiSecret } = await createKey(db, provider.id)
  await writePrivately(file, { apiKey, apiSecret })
  return { apiKey, apiSecret }
}

async function readKey(file: string): Promise<DemoKey | undefined> {
  try {
    const { apiKey, apiSecret } = JSON.parse(await readFile(file, 'utf8')) as Partial<DemoKey>
    return apiKey && apiSecret ? { apiKey, apiSecret } : undefined
  } catch {
    return undefined
  }
}

async function works(app: FastifyInstance, key: DemoKey): Promise<boolean> {
  const headers = { ...authorization(key), accept: 'application/json' }
  const { statusCode } = await app.inject({ url: '/pay/v1/events?after=0&limit=1', headers })
  return statusCode === 200
}

export function authorization({ apiKey, apiSecret }: DemoKey): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${apiKey}:${apiSecret}`).toString('base64')}` }
}
