import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { waysToPay } from '../../gateway/src/payment/index.ts'
import { forgetCertificates } from '../../gateway/src/payment/method/tpay/certificates.ts'
import { tpay } from '../../gateway/src/payment/method/tpay/index.ts'
import { sendPost } from '../../gateway/testing/fakes/notifications.ts'
import { certify } from '../../gateway/testing/fakes/tpay/x509.ts'
import { startTpayWorld } from './tpay-world.ts'

type TpayWorld = Awaited<ReturnType<typeof startTpayWorld>>
let fake: TpayWorld['fake']
let world: TpayWorld['world']
let code: TpayWorld['code']
let statusOf: TpayWorld['statusOf']
let asked: TpayWorld['asked']
let paid: TpayWorld['paid']
beforeAll(async () => {
  ;({ fake, world, code, statusOf, asked, paid } = await startTpayWorld())
})
afterAll(() => world?.close())

describe('a BLIK code', () => {
  test.each([
    ['123456', 'wrong-code'],
    ['700701', 'declined'],
    ['500500', 'declined'],
    ['700702', 'cancelled-by-payer'],
  ])('%s is refused: %s', async (blikCode, failure) => {
    const checkout = await code(blikCode)
    await world.advance('PT1M')
    await world.comesTo(checkout, 'failed')
    expect((await world.reread(checkout)).failure).toBe(failure)
    await world.expectPaid(checkout)
  })

  test('that nobody confirms is over by Tpay’s word', async () => {
    const checkout = await code('100000')
    await fake.expire(checkout.publicId)
    expect(await statusOf(checkout)).toEqual({ state: 'expired', failure: 'timeout' })
  })

  test('is known by its transaction also where the answer to it was lost, and not submitted again', async () => {
    fake.next({ on: /^POST \/transactions\/\w+\/pay$/, lose: 'answer' })
    const before = asked(/pay$/).length
    const checkout = await code('100001')
    expect(checkout.methodReference).toBe(fake.charge(checkout.publicId)?.transactionId)
    expect(checkout.status).toBe('pending')
    expect(asked(/pay$/)).toHaveLength(before + 1)
  })

  test('is not submitted where the transaction could not be made', async () => {
    const before = asked(/pay$/).length
    fake.next({ on: /^POST \/transactions$/, reply: { status: 500, body: {} } })
    const checkout = await code('777000')
    expect(asked(/pay$/)).toHaveLength(before)
    expect(await statusOf(checkout)).toEqual({ state: 'absent' })
  })

  test('can be stopped while it waits, and not afterwards', async () => {
    if (tpay.stop === 'cannot') throw new Error('it can')
    const checkout = await code('100003')
    await tpay.stop(world.platform, await world.provider(), checkout)
    expect(await statusOf(checkout)).toEqual({ state: 'failed', failure: 'stopped' })
    const done = await paid()
    await tpay.stop(world.platform, await world.provider(), done)
    expect(await statusOf(done)).toMatchObject({ state: 'paid' })
  })
})

describe('Tpay’s page', () => {
  test('asks for what is owed, with the chosen bank or the card form', async () => {
    const bank = await world.started({ bankId: '108', amount: 12.3 })
    expect(fake.charge(bank.publicId)).toMatchObject({ groupId: 108, amount: 1_230n })
    const card = await world.started({ channel: 'card' })
    expect(fake.charge(card.publicId)?.groupId).toBe(103)
    const free = await world.started()
    expect(fake.charge(free.publicId)?.groupId).toBeNull()
    const [request] = asked(/^POST \/transactions$/).slice(-1)
    expect(JSON.parse(String(request?.body))).toMatchObject({ payer: { email: 'biuro@netix.example' } })
  })

  test('pressed for twice at once is one page: what is paid on it is what is asked about', async () => {
    const token = await world.newLink(21)
    const press = { token, formNonce: `twice-${token.slice(0, 20)}` }
    fake.next({ on: /^POST \/transactions$/, delayMs: 300 })
    const [slow, quick] = await Promise.all([world.started(press), world.started(press)])
    expect(slow.redirectUrl).toBe(quick.redirectUrl)
    const body = new URLSearchParams({ decision: 'pay' })
    await fetch(quick.redirectUrl ?? '', { method: 'POST', body, redirect: 'manual' })
    await world.expectPaid(quick, 2_100n)
  })

  test('is nothing for a bill in another currency: Tpay would ask for as many zlotys', async () => {
    const { db } = world.platform
    const token = await world.newLink(22)
    await db
      .updateTable('payment_link')
      .set({ currency: 'EUR' })
      .where('id', '=', (await world.linkOf(token)).id)
      .execute()
    const before = asked(/^POST \/transactions$/).length
    expect(await world.start({ token })).toEqual({ kind: 'refused', reason: 'not-active' })
    expect(asked(/^POST \/transactions$/)).toHaveLength(before)
    const provider = { ...(await world.provider()), currency: 'EUR' }
    expect(waysToPay(provider)).toEqual([])
    expect(waysToPay(provider, 'PLN')).toEqual(['blik', 'bank', 'card'])
  })

  test('a refusal ends nothing while the payer can try again there', async () => {
    const checkout = await world.started()
    await fake.refuse(checkout.publicId)
    expect(await statusOf(checkout)).toEqual({ state: 'open' })
    await fake.pay(checkout.publicId)
    await world.expectPaid(checkout, 12_345n)
  })

  test('the banks are banks, with signs over https alone', async () => {
    if (tpay.banks === 'cannot') throw new Error('it can')
    expect(await tpay.banks(world.platform, await world.provider())).toEqual([
      { id: '102', name: 'Bank Pekao SA', logoUrl: 'https://tpay.com/img/banks/102.png' },
      { id: '108', name: 'PKO Bank Polski', logoUrl: 'https://tpay.com/img/banks/108.png' },
      { id: '160', name: 'mBank', logoUrl: null },
    ])
  })
})

describe('a notification', () => {
  const heldFor = async () => {
    const checkout = await world.started()
    fake.notifications.mode = 'lost'
    await fake.pay(checkout.publicId)
    fake.notifications.mode = 'now'
    return { checkout, notifyUrl: fake.charge(checkout.publicId)?.notifyUrl ?? '' }
  }

  test('needs both proofs: the sum and the signature', async () => {
    const { checkout, notifyUrl } = await heldFor()
    const right = fake.form(checkout.publicId)
    const stranger = certify('tpay-jws-root')
    const wrong = [
      fake.sign(notifyUrl, fake.form(checkout.publicId, 'another-code')),
      fake.sign(notifyUrl, right, { key: stranger.privateKey }),
      fake.sign(notifyUrl, right, { alg: 'none' }),
      fake.sign(notifyUrl, right, { alg: 'HS256' }),
      fake.sign(notifyUrl, right, { x5u: `${fake.url}.evil.example/x509/notifications-jws.pem` }),
      fake.sign(notifyUrl, right, { x5u: `${fake.url}/x509/of-nobody.pem` }),
      fake.sign(notifyUrl, right, { more: { crit: ['b64'], b64: false } }),
      { ...fake.sign(notifyUrl, right), body: right.replace('tr_status=TRUE', 'tr_status=PAID') },
      fake.sign(notifyUrl, right.replace('id=12345', 'id=12346')),
    ]
    for (const post of wrong) expect((await sendPost(post)).status, post.body).toBe(400)
    await world.expectPaid(checkout)
    expect(await sendPost(fake.sign(notifyUrl, right))).toEqual({ status: 200, text: 'TRUE' })
    await world.expectPaid(checkout, 12_345n)
  })

  test('signed by a certificate that lies on the right host and is not of Tpay’s root is forged', async () => {
    const { checkout, notifyUrl } = await heldFor()
    const stranger = certify('tpay-jws-root')
    const forger = certify('notifications-jws', stranger)
    fake.certificates.set('/x509/uploaded.pem', forger.pem)
    const post = fake.sign(notifyUrl, fake.form(checkout.publicId), {
      key: forger.privateKey,
      x5u: `${fake.url}/x509/uploaded.pem`,
    })
    expect((await sendPost(post)).status).toBe(400)
    await world.expectPaid(checkout)
  })

  test('fetches certificates once, and anew where they were renewed', async () => {
    forgetCertificates()
    const { checkout, notifyUrl } = await heldFor()
    const before = asked(/^GET \/x509/).length
    for (let sent = 0; sent < 3; sent++)
      expect((await sendPost(fake.sign(notifyUrl, fake.form(checkout.publicId)))).status).toBe(200)
    expect(asked(/^GET \/x509/)).toHaveLength(before + 2)
    // A forger makes us fetch nothing: what was fetched a moment ago is kept.
    const stranger = certify('x')
    const forged = fake.sign(notifyUrl, fake.form(checkout.publicId), { key: stranger.privateKey })
    expect((await sendPost(forged)).status).toBe(400)
    expect(asked(/^GET \/x509/)).toHaveLength(before + 2)
  })

  test('is sent again where the certificates cannot be had', async () => {
    forgetCertificates()
    const { checkout, notifyUrl } = await heldFor()
    fake.next({ on: /^GET \/x509/, reply: { status: 503 } })
    expect((await sendPost(fake.sign(notifyUrl, fake.form(checkout.publicId)))).status).toBe(503)
    expect((await sendPost(fake.sign(notifyUrl, fake.form(checkout.publicId)))).status).toBe(200)
    await world.expectPaid(checkout, 12_345n)
  })

  test('of strangers who name ever new certificates makes us fetch few, and hinders no right one', async () => {
    forgetCertificates()
    const { checkout, notifyUrl } = await heldFor()
    const right = fake.sign(notifyUrl, fake.form(checkout.publicId))
    expect((await sendPost(right)).status).toBe(200)
    const before = asked(/^GET \/x509/).length
    const { privateKey: key } = certify('x')
    for (let n = 0; n < 60; n++) {
      const forged = fake.sign(notifyUrl, '{}', { key, x5u: `${fake.url}/x509/stranger-${n}.pem` })
      expect([400, 503]).toContain((await sendPost(forged)).status)
    }
    expect(asked(/^GET \/x509/).length - before).toBeLessThan(30)
    expect((await sendPost(right)).status).toBe(200)
    forgetCertificates()
  })

  test('from the panel, of another shop, or of an alias is answered with TRUE and changes nothing', async () => {
    const { checkout, notifyUrl } = await heldFor()
    const event = JSON.stringify({ id: 'x', event: 'ALIAS_REGISTER', msg_value: { value: 'alias' } })
    expect(await sendPost(fake.sign(notifyUrl, event))).toEqual({ status: 200, text: 'TRUE' })
    const unsigned = fake.sign(notifyUrl, event, { key: certify('x').privateKey })
    expect((await sendPost(unsigned)).status).toBe(400)
    await world.expectPaid(checkout)
  })

  test('of a chargeback takes the money back once', async () => {
    const checkout = await paid()
    await fake.takeBack?.(checkout.publicId)
    const said = await statusOf(checkout)
    const transactionId = fake.charge(checkout.publicId)?.transactionId
    expect(said).toMatchObject({
      state: 'paid',
      takenBack: [{ methodReversalId: `${transactionId}-back`, amount: 12_345n }],
    })
    expect((await fake.notify(checkout.publicId)).text).toBe('TRUE')
    const refunds = await world.platform.db
      .selectFrom('refund')
      .selectAll()
      .where('kind', '=', 'reversal')
      .execute()
    expect(refunds).toMatchObject([{ amount: 12_345n, method_reversal_id: `${transactionId}-back` }])
  })
})

test('the books are right', async () => {
  expect(await world.books()).toEqual([])
})
