import { randomBytes } from 'node:crypto'
import { type PaymentReturned, samples } from '@bill-gateway/contract'
import { readLmsIni } from '../src/lms/index.ts'
import { createLog, type Lms } from '../src/platform/index.ts'
import { createContext } from '../src/sync/links/index.ts'
import type { World } from './world.ts'

/** The gateway of tests that speak to none. */
export const gatewayId = 'https://pay.example.test'

const settingsOfTests = {
  api_url: gatewayId,
  api_key: 'key',
  api_secret: 'secret',
  isp_id: 'osiedlowa',
  manage_cutoff: 'true',
  cashimport_enabled: 'true',
  payment_expiration: '5',
}

/** A context on a world whose settings are those of a usual installation, and how to change one. */
export async function contextOf(world: World, settings: Record<string, string> = {}, lms: Lms = world.lms) {
  await world.enablePlugin()
  for (const [name, value] of Object.entries({ ...settingsOfTests, ...settings })) {
    await world.setSetting(`billtech.${name}`, value)
  }
  const ini = await readLmsIni(world.ini)
  const log = createLog({ level: 'silent', format: 'json', name: 'test' })
  const context = await createContext({ lms, ini, log, retries: 0 })
  return {
    ...context,
    async set(name: string, value: string) {
      await world.setSetting(name.includes('.') ? name : `billtech.${name}`, value)
      await context.refresh()
    },
  }
}

let references = 0

/** A reference number that no other payment of this process has. */
export function newReference(): string {
  references++
  return `20301122-${String(references).padStart(6, '0')}`
}

/** A row as the gateway's search gives it. */
export function paymentRow(userId: number | string, amount: number, more: object = {}) {
  const referenceNumber = newReference()
  return {
    ...samples.row,
    id: `pay_${randomBytes(9).toString('base64url')}-1`,
    token: randomBytes(64).toString('hex'),
    userId: String(userId),
    operationId: null as string | null,
    amount,
    title: 'FV 1/2030',
    paidAt: new Date().toISOString(),
    referenceNumber,
    method: 'blik' as const,
    arrives: 'transfer' as const,
    integrationVersion: 'V1' as const,
    ...more,
  }
}

export type Row = ReturnType<typeof paymentRow>

/** What a payment's event says when money of it goes back. */
export function returned(row: Row, amount: number): PaymentReturned {
  const refundId = `rf_${randomBytes(9).toString('base64url')}`
  const { token, userId, operationId, title } = row
  return {
    refundId,
    paymentId: row.id.replace(/-\d+$/, ''),
    referenceNumber: row.referenceNumber,
    amount,
    at: new Date().toISOString(),
    rows: [{ id: `${refundId}-1`, paymentRowId: row.id, token, userId, operationId, amount, title }],
  }
}

/** Our book of payments, as far as tests look at it. */
export function bookOf({ lms }: World, customerId: number) {
  return lms.db
    .selectFrom('billtech_payments')
    .select(['id', 'amount', 'state', 'closed', 'cashid', 'refunded', 'settled_importid'])
    .where('customerid', '=', customerId)
    .orderBy('id')
    .execute()
}

/** Rows of ours in LMS's ledger. */
export function ledgerOf({ lms }: World, customerId: number) {
  return lms.db
    .selectFrom('cash')
    .selectAll()
    .where('customerid', '=', customerId)
    .where('type', '=', 100)
    .orderBy('id')
    .execute()
}
