import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../../testing/gateway.ts'
import { newPayer, until } from '../../testing/payer.ts'
import { paymentOnItsWay, pendingCheckoutOfLinks } from '../payment/index.ts'
import { activeLinksOfPayer, findLinkByToken } from '../payment-link/index.ts'
import { findProvider, updateProvider } from '../provider/index.ts'
import { readLinkPage } from './link-page.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({ environment: { RATE_LIMIT_PAGE: '100000' } })
})
afterAll(() => gateway.close())

/** Everything that the one statement reads, as the rooms’ own functions say it. */
async function saysTheSame(token: string | undefined): Promise<void> {
  const { platform } = gateway
  const page = await readLinkPage(platform, token ?? '')
  const link = await findLinkByToken(platform.db, token ?? '')
  if (!page || !link) throw new Error('there is no such link')
  expect(link).toMatchObject(page.link)
  const active = await activeLinksOfPayer(platform.db, link.providerId, link.payerId)
  expect(page.owed.map(({ id }) => id)).toEqual(active.map(({ id }) => id))
  for (const [index, owed] of page.owed.entries()) expect(active[index]).toMatchObject(owed)
  expect(page.provider).toEqual(await findProvider(platform.db, link.providerId))
  expect([page.providerId, page.payerId, page.userId]).toEqual([link.providerId, link.payerId, link.userId])
  for (const { id } of active) {
    const pending = await pendingCheckoutOfLinks(platform.db, link.providerId, [id])
    expect(page.processing.get(id)).toBe(pending?.publicId)
  }
  const pairs = link.operationId === null || link.status !== 'active' ? [] : [link.operationId]
  expect(page.onItsWay).toBe(await paymentOnItsWay(platform.db, link.providerId, link.payerId, pairs))
}

describe('what a page reads at once is what the rooms say', () => {
  it('of one bill and of several, with and without names, due dates in any order', async () => {
    const payer = newPayer(gateway)
    const tokens = await payer.bills([
      { paymentDue: '2031-01-01' },
      { paymentDue: '2030-01-01', name: null, surname: null, operationId: null },
      { paymentDue: '2030-01-01', recipient: { id: 7, name: 'Oddział "Kraków"' } },
    ])
    for (const token of tokens) await saysTheSame(token)
    await saysTheSame(tokens[0]?.toUpperCase())
    const [only] = await newPayer(gateway).bills([{}])
    await saysTheSame(only)
  })

  it('of bills that are being decided, paid, cancelled, and made anew', async () => {
    const payer = newPayer(gateway)
    const [waiting, paid, cancelled] = await payer.bills([{}, {}, {}])
    await payer.pay(`/single-payment/${waiting}`, { code: '700704' })
    const receipt = await payer.pay(`/single-payment/${paid}`)
    await until(() => payer.open(receipt.address), /Zapłacono/)
    await payer.cancel(cancelled ?? '', { resolution: 'CANCELLED' })
    const anew = await payer.bills([{ operationId: 'bill-1' }])
    for (const token of [waiting, paid, cancelled, ...anew]) await saysTheSame(token)
  })

  it('of a provider, as soon as it has changed', async () => {
    const { provider, credentials } = await gateway.newProvider()
    const [token] = await newPayer(gateway).bills([{}], credentials)
    await saysTheSame(token)
    await updateProvider(gateway.platform.db, provider.id, { color: '#ffd400', phone: '22 555 01 01' })
    await saysTheSame(token)
    await updateProvider(gateway.platform.db, provider.id, { disabled: true })
    await saysTheSame(token)
  })
})
