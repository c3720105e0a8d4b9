import {
  type CreatedWebhook,
  verifyWebhook,
  type Webhook,
  type WebhookDelivery,
} from '@bill-gateway/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt, run, runJson } from '../../testing/command-line.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { newSealingKey } from '../platform/sealing.ts'

let database: TestDatabase
let environment: Record<string, string>
beforeAll(async () => {
  await ensureBuilt()
  database = await createTestDatabase()
  environment = {
    DATABASE_URL: database.url,
    ENCRYPTION_KEY: newSealingKey(),
    WEBHOOK_ALLOW_NETS: '127.0.0.0/8',
  }
  await runJson(['provider', 'create', '--code', 'netix', '--name', 'NETIX', '--test'], environment)
})
afterAll(() => database?.drop())

/** Each is a process. */
const manyCommandsMs = 240_000

const webhook = <T>(...args: string[]) => runJson<T>(['webhook', ...args, '--provider', 'netix'], environment)

describe('bill-gateway webhook', () => {
  it(
    'makes, lists, changes, rotates, replays and deletes',
    async () => {
      const url = 'http://127.0.0.1:9/hook'
      const made = await webhook<CreatedWebhook>(
        'create',
        '--url',
        url,
        '--types',
        'payment.succeeded,link.created',
      )
      expect(made).toMatchObject({ url, types: ['payment.succeeded', 'link.created'], enabled: true })
      expect(() => verifyWebhook({}, '', made.secret)).toThrow('webhook-id is missing')
      const { secret: _, ...shown } = made
      expect(await webhook<Webhook[]>('list')).toEqual([shown])
      expect(await webhook<Webhook>('set', made.id, '--state', 'off')).toMatchObject({ enabled: false })
      const rotated = await webhook<{ secret: string }>('rotate', made.id)
      expect(rotated.secret).not.toBe(made.secret)
      expect(await webhook<WebhookDelivery[]>('deliveries', made.id, '--state', 'parked')).toEqual([])
      expect(await webhook('replay', made.id, '--after', '0')).toEqual({ from: '1', to: '0', only: 'all' })
      expect(await webhook('delete', made.id)).toEqual({ deleted: made.id })
      expect(await webhook('list')).toEqual([])
    },
    manyCommandsMs,
  )

  it(
    'says what is wrong, and prints no secret but a new one',
    async () => {
      const failing = [
        ['create', '--url', 'http://10.0.0.1/'],
        ['create', '--url', 'https://erp.netix.example/', '--types', 'payment.lost'],
        ['create', '--url', 'https://erp.netix.example/', '--after', 'now'],
        ['create', '--url', `https://erp.netix.example/${'a'.repeat(2_000)}`],
        ['create', '--url', 'https://erp.netix.example/', '--description', 'a'.repeat(201)],
        ['set', 'wh_unknown', '--state', 'on'],
      ]
      for (const args of failing) {
        const { status, stderr } = await run(['webhook', ...args, '--provider', 'netix'], environment)
        expect(status, args.join(' ')).toBe(1)
        expect(stderr).not.toMatch(/whsec_|at .*\.js:|constraint/)
      }
    },
    manyCommandsMs,
  )
})
