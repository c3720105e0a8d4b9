import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { buildApp } from '../../app.ts'
import type { Database } from '../../platform/db/database.ts'
import { migrate } from '../../platform/db/migrate.ts'
import { readSettings } from '../../settings.ts'
import type { Environment } from '../context.ts'
import { runJobs, runProcess, serveHttp } from '../gateway-process.ts'
import { say } from '../output.ts'
import { requireFreePort } from '../port.ts'
import { balanceLink, type Demo, demoCode, refuseLiveProviders, seedDemo } from './seed.ts'
import { welcome } from './welcome.ts'
import { writePrivately } from './write-privately.ts'

/** Serves everything until told to stop; DATA_DIR/demo.json is there once it is ready. */
export async function runDemo(given: Environment, json: boolean): Promise<void> {
  const environment = { ...given, LOG_LEVEL: given.LOG_LEVEL || 'warn' }
  await requireFreePort(readSettings(environment))
  if (process.stderr.isTTY) console.error('Starting…')
  await runProcess({ environment, role: 'gateway', prepare }, async (gateway) => {
    const { platform } = gateway
    const { settings } = platform
    const demoFile = join(settings.dataDir, 'demo.json')
    await rm(demoFile, { force: true })
    const app = await buildApp(platform)
    const demo = await seedDemo(app, platform, settings)
    await serveHttp(gateway, app)
    await runJobs(gateway)
    const content = contentOf(demo, settings)
    await writePrivately(demoFile, content)
    const shorten = (shortLink: string) => balanceLink(app, shortLink)
    say(json ? JSON.stringify(content) : await welcome(demo, settings, demoFile, shorten))
  })
}

async function prepare(database: Database): Promise<void> {
  await refuseLiveProviders(database.db)
  await migrate(database)
}

function contentOf({ key, links }: Demo, settings: { publicUrl: string; shortUrl: string }): object {
  const { publicUrl: gateway, shortUrl } = settings
  return { gateway, shortUrl, providerCode: demoCode, ...key, links }
}
