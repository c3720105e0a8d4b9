import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../../testing/gateway.ts'
import { newPayer, until } from '../../testing/payer.ts'
import { confirmMoney, findCheckout } from '../payment/index.ts'
import { findProvider } from '../provider/index.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({ environment: { RATE_LIMIT_PAGE: '100000' } })
})
afterAll(() => gateway.close())

const pathOf = (token: string | undefined) => `/single-payment/${token}`

async function refund(token: string | undefined, order: Record<string, unknown>): Promise<void> {
  const body = { manual: true, ...order }
  const answer = await gateway.api(`/pay/v1/payments/${token}/refunds`, { body })
  expect(answer.status).toBe(201)
}

/** Money that the method confirms for the checkout of an address. */
async function confirmed(address: string, money: { amount: bigint; currency: string; id: string }) {
  const { db } = gateway.platform
  const checkout = await findCheckout(db, /co_\w+/.exec(address)?.[0] ?? '')
  const provider = checkout && (await findProvider(db, checkout.providerId))
  if (!provider) throw new Error(`no checkout at ${address}`)
  const { amount, currency, id: methodPaymentId } = money
  return confirmMoney(gateway.platform, provider, checkout, {
    amount,
    currency,
    methodPaymentId,
    paidAt: new Date(),
  })
}

describe('money that went back', () => {
  it('is told on the receipt and on the page of each bill that it was for', async () => {
    const payer = newPayer(gateway)
    const [first, second] = await payer.bills([{ amount: 10 }, { amount: 20 }])
    const paid = await payer.pay(`${pathOf(first)}?type=balance`)
    const receipt = await until(() => payer.open(paid.address), /Zapłacono 30,00 zł/)
    expect(receipt.text).toContain('już o tym wie')
    expect(receipt.text).not.toMatch(/[Zz]wr[oó]/)
    await refund(first, { amount: 4 })
    const after = await payer.open(paid.address)
    expect(after.text).toContain('Z tej wpłaty zwrócono 4,00 zł.')
    expect(after.text).toContain('Zwrócono 4,00 zł')
    expect(after.text).not.toContain('już o tym wie')
    expect((await payer.open(pathOf(first))).text).toContain('Z tej wpłaty zwrócono 4,00 zł.')
    expect((await payer.open(pathOf(second))).text).not.toMatch(/[Zz]wr[oó]/)
    await refund(first, {})
    expect((await payer.open(pathOf(first))).text).toContain('Tę wpłatę zwrócono w całości.')
    expect((await payer.open(paid.address)).text).toContain('Z tej wpłaty zwrócono 10,00 zł.')
  })

  it('is under way until the method has decided', async () => {
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{ amount: 10 }])
    const paid = await payer.pay(pathOf(token))
    await until(() => payer.open(paid.address), /Zapłacono/)
    await refund(token, { amount: 4, manual: false })
    const page = await payer.open(paid.address)
    expect(page.text).toMatch(/Zwrot 4,00 zł jest w drodze|Z tej wpłaty zwrócono 4,00 zł/)
    const done = await until(() => payer.open(paid.address), /Z tej wpłaty zwrócono 4,00 zł/)
    expect(done.text).not.toContain('w drodze')
  })

  it('of a second payment: nobody is told any more that it can be returned', async () => {
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{ amount: 10 }])
    const bank = await payer.pay(pathOf(token), { channel: 'bank' })
    const checkout = /href="(\/checkout\/[^"?]+)/.exec(bank.html)?.[1] ?? ''
    const paid = await payer.pay(pathOf(token))
    await until(() => payer.open(paid.address), /Zapłacono/)
    expect(await confirmed(checkout, { amount: 1000n, currency: 'PLN', id: 'twice' })).toBe('recorded')
    for (const address of [checkout, pathOf(token)])
      expect((await payer.open(address)).text).toContain('a dotarła druga wpłata')
    await refund(token, { unallocatedOnly: true })
    expect((await payer.open(checkout)).text).toContain('Tę wpłatę zwrócono w całości.')
    for (const address of [checkout, pathOf(token)])
      expect((await payer.open(address)).text).not.toContain('a dotarła druga wpłata')
  })
})

describe('money in another currency', () => {
  it('waits for a person: the payer reads so, and is not asked to pay again', async () => {
    const payer = newPayer(gateway)
    const [token] = await payer.bills([{ amount: 10 }])
    const bank = await payer.pay(pathOf(token), { channel: 'bank' })
    const checkout = /href="(\/checkout\/[^"?]+)/.exec(bank.html)?.[1] ?? ''
    expect(await confirmed(checkout, { amount: 1000n, currency: 'EUR', id: 'euros' })).toBe('review')
    for (const address of [checkout, `${checkout}?return=1`, pathOf(token)]) {
      const page = await payer.open(address)
      expect(page.text).toContain('Wpłata czeka na sprawdzenie')
      expect(page.text).toContain('Nie płać drugi raz')
      expect(page.text).not.toMatch(/Zwykle trwa to do minuty|Jak płacisz/)
      expect(page.fields.form).toBeUndefined()
    }
  })
})
