import type { Problem, SettlementPage, SettlementReport } from '@bill-gateway/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeRun, returnTransfer, uploadRun } from '../../gateway/src/settlement/index.ts'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import { createLink, nrb, pay } from '../support/bill.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway?.close())

const from = { nrb: '61109010140000071219812874', name: 'Operator', address: null, bic: null }

async function settled(): Promise<bigint> {
  const { db } = gateway.platform
  const run = await makeRun(db, { test: true, providerId: gateway.provider.id, from })
  if (!run) throw new Error('nothing is due')
  await uploadRun(db, run.id)
  return run.id
}

const page = async (query = '') => (await gateway.api(`/pay/v1/settlements${query}`)).body as SettlementPage

describe('a provider', () => {
  it('reads the transfers to it, newest first, page by page, and what became of them', async () => {
    const references: string[] = []
    for (const amount of [10, 20.5, 30]) {
      const { token } = await createLink(gateway.api, { amount })
      references.push((await pay(gateway.api, token)).referenceNumber)
    }
    expect((await page()).transfers).toEqual([])
    const runId = await settled()
    const first = await page('?limit=2')
    expect(first).toMatchObject({
      more: true,
      transfers: [
        { amount: 30, due: 30, nrb, referenceNumber: references[2], status: 'sent', currency: 'PLN' },
        { amount: 20.5, referenceNumber: references[1] },
      ],
    })
    expect(first.transfers[0]?.title).toMatch(`ref ${references[2]} ID `)
    const rest = await page(`?before=${first.transfers[1]?.id}`)
    expect(rest).toMatchObject({ more: false, transfers: [{ amount: 10 }] })
    await returnTransfer(gateway.platform.db, runId, { referenceNumber: references[0] ?? '' })
    expect((await page(`?before=${first.transfers[1]?.id}`)).transfers[0]?.status).toBe('returned')
  })

  it('reads a report that adds up', async () => {
    const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Warsaw' }).format
    const [first, last] = [day(Date.now() - 86_400_000), day(Date.now() + 86_400_000)]
    const { body } = await gateway.api(`/pay/v1/settlements/report?from=${first}&to=${last}`)
    const { rows, held } = body as SettlementReport
    const sum = (name: 'collected' | 'settled') => rows.reduce((all, row) => all + row[name], 0)
    expect([sum('collected'), sum('settled')]).toEqual([60.5, 50.5])
    expect(held).toEqual([{ currency: 'PLN', amount: 10 }])
  })

  it('sees nothing of another provider’s', async () => {
    const { credentials } = await gateway.newProvider()
    const answer = await gateway.api('/pay/v1/settlements', { credentials })
    expect(answer.body).toEqual({ transfers: [], more: false })
  })

  it.each([
    ['/pay/v1/settlements?limit=0&before=x', ['/querystring/before', '/querystring/limit']],
    ['/pay/v1/settlements/report?from=2026-02-30', ['/querystring/from', '/querystring/to']],
    ['/pay/v1/settlements/report?from=2026-01-01&to=2028-01-01', ['/querystring/to']],
  ])('%s names every bad field', async (path, pointers) => {
    const answer = await gateway.api(path)
    expect(answer.status).toBe(400)
    const named = (answer.body as Problem).errors?.map(({ pointer }) => pointer).sort()
    expect(named).toEqual(pointers)
  })

  it('needs a key', async () => {
    expect((await gateway.api('/pay/v1/settlements', { credentials: null })).status).toBe(401)
  })
})
