import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKey, createPin } from '../gateway/src/provider/index.ts'
import { startTestGateway, type TestGateway } from '../gateway/testing/gateway.ts'
import { createLink, eventsAfter, nrb, pay, search, statusOf } from './support/bill.ts'
import { guzzle } from './support/guzzle.ts'
import { lmsBill, newInstallation, type PluginLink } from './support/installation.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway?.close())

describe('the plugin’s dialect: create', () => {
  it('answers exactly 201 and the bare array, same length and order', async () => {
    const { create, call } = await newInstallation(gateway)
    const items = Array.from({ length: 100 }, (_, index) =>
      lmsBill({ amount: index + 1, operationId: `${index}` }),
    )
    const answer = await create(items)
    expect(answer.status).toBe(201)
    expect(answer.headers['content-type']).toMatch(/^application\/json/)
    const links = answer.json as PluginLink[]
    expect(links).toHaveLength(100)
    for (const link of links) {
      expect(Object.keys(link).sort()).toEqual(['link', 'shortLink', 'token'])
      expect(link.token.length).toBeLessThanOrEqual(1000)
      expect(link.link.length).toBeLessThanOrEqual(2000)
      expect(link.link).not.toContain('?')
      expect(link.shortLink).toBeNull()
    }
    expect((await statusOf(gateway.api, links[41]?.token ?? '', call)).amounts.asked).toBe(42)
  })

  it('takes what LMS sends: inexact amounts, an empty account, null names, cash_17', async () => {
    const { one, call } = await newInstallation(gateway)
    const token = await one(
      lmsBill({ amount: 119.97999999999999, nrb: '', userId: '1042', operationId: 'cash_17' }),
    )
    expect(await statusOf(gateway.api, token, call)).toMatchObject({
      userId: '1042',
      operationId: 'cash_17',
      nrb,
      amounts: { asked: 119.98 },
    })
  })

  it('a title of spaces, or an empty one, is shown as Płatność', async () => {
    const { made, call } = await newInstallation(gateway)
    const links = await made(lmsBill({ title: '   ' }), lmsBill({ title: ' ' }))
    for (const { token } of links) expect((await statusOf(gateway.api, token, call)).title).toBe('Płatność')
  })

  it('drops an invalid e-mail, name or surname, and reports it to the provider', async () => {
    const { made, call } = await newInstallation(gateway)
    const [bad, good] = await made(
      lmsBill({ name: 'Jan "Janek"', surname: 'x'.repeat(200), email: 'jan@disabled' }),
      lmsBill({ name: 'Jan', surname: 'Żak', email: 'jan@example.com' }),
    )
    expect((await statusOf(gateway.api, bad?.token ?? '', call)).dropped.sort()).toEqual([
      'email',
      'name',
      'surname',
    ])
    expect((await statusOf(gateway.api, good?.token ?? '', call)).dropped).toEqual([])
    const [event] = await eventsAfter(gateway.api, '0', call)
    const told =
      event && 'links' in event.data ? event.data.links.map((link) => link.dropped?.toSorted() ?? []) : []
    expect(told).toEqual([['email', 'name', 'surname'], []])
  })

  it('other bad fields refuse the request, named', async () => {
    const { create } = await newInstallation(gateway)
    const answer = await create([lmsBill(), lmsBill({ amount: 0, email: 'x' })])
    expect(answer.status).toBe(400)
    expect(answer.json).toMatchObject({
      title: 'Validation of the request failed',
      errors: [{ pointer: '/payments/1/amount' }],
    })
  })

  it('a providerCode other than the key’s own provider is 403', async () => {
    const { create } = await newInstallation(gateway)
    const other = await gateway.newProvider()
    expect((await create([lmsBill()], other.provider.code)).status).toBe(403)
    expect((await create([lmsBill()], 'nobody')).status).toBe(403)
  })

  it('a providerCode that is no string is named', async () => {
    const answer = await (await newInstallation(gateway)).create([lmsBill()], 7)
    expect(answer).toMatchObject({ status: 400, json: { errors: [{ pointer: '/providerCode' }] } })
  })

  it('short links only where SHORT_URL’s host is zapl.ac or the operator sets PLUGIN_SHORT_LINKS=on', async () => {
    const named = lmsBill({ name: 'Jan', surname: 'Kowalski' })
    for (const [environment, short] of [
      [{}, null],
      [{ SHORT_URL: 'https://zapl.ac' }, /^https:\/\/zapl\.ac\/[A-Za-z0-9]{10}$/],
      [{ PLUGIN_SHORT_LINKS: 'on' }, /\/s\/[A-Za-z0-9]{10}$/],
    ] as const) {
      const own = await startTestGateway({ worker: false, environment })
      const [link] = await (await newInstallation(own)).made(named)
      await own.close()
      if (short === null) expect(link?.shortLink).toBeNull()
      else expect(link?.shortLink).toMatch(short)
      expect((link?.shortLink ?? '').length).toBeLessThanOrEqual(160)
    }
  })

  it('a changed amount, a cancel and then a create with the same operationId, makes a new link', async () => {
    const { one, cancel, call } = await newInstallation(gateway)
    const item = lmsBill({ amount: 50 })
    const first = await one(item)
    expect((await cancel(first)).status).toBe(204)
    const second = await one({ ...item, amount: 60 })
    expect(second).not.toBe(first)
    expect(await statusOf(gateway.api, second, call)).toMatchObject({
      status: 'active',
      amounts: { open: 60 },
    })
  })

  it('a debt that comes back under an operationId that was paid before makes a new link', async () => {
    const { one, call } = await newInstallation(gateway)
    const item = lmsBill()
    const first = await one(item)
    await pay(gateway.api, first, {}, call)
    const second = await one(item)
    expect(second).not.toBe(first)
    expect((await statusOf(gateway.api, second, call)).status).toBe('active')
  })
})

describe('the plugin’s dialect: cancel is 204 whatever the state', () => {
  it('active, cancelled, paid, unknown, malformed; only an active link changes', async () => {
    const { made, cancel, call } = await newInstallation(gateway)
    const [active, paid] = (await made(lmsBill(), lmsBill())).map((link) => link.token)
    await pay(gateway.api, paid ?? '', {}, call)
    for (const token of [active, active, paid, '0'.repeat(128), 'x']) {
      const answer = await cancel(token ?? '', 'PAID')
      expect(answer).toMatchObject({ status: 204, body: '' })
    }
    expect(await statusOf(gateway.api, active ?? '', call)).toMatchObject({
      status: 'cancelled',
      resolution: 'PAID',
    })
    expect((await statusOf(gateway.api, paid ?? '', call)).status).toBe('paid')
  })

  it('another provider’s token too, and it does not change', async () => {
    const [mine, theirs] = [await newInstallation(gateway), await newInstallation(gateway)]
    await mine.one(lmsBill())
    const token = await theirs.one(lmsBill())
    expect((await mine.cancel(token)).status).toBe(204)
    expect((await statusOf(gateway.api, token, theirs.call)).status).toBe('active')
  })
})

describe('the plugin’s dialect: who speaks it', () => {
  const speaks = async (ask: Awaited<ReturnType<typeof newInstallation>>['ask']) =>
    (await ask('POST', `/pay/v1/payments/${'0'.repeat(128)}/cancel`, { body: { resolution: 'PAID' } }))
      .status === 204

  it('a key becomes a plugin key by its first create with providerCode, not before', async () => {
    const { ask, one } = await newInstallation(gateway)
    expect(await speaks(ask)).toBe(false)
    await one(lmsBill())
    expect(await speaks(ask)).toBe(true)
  })

  it('by generate-key, and by key create --dialect lms-plugin', async () => {
    const { provider, call, ask } = await newInstallation(gateway)
    const { pin } = await createPin(gateway.platform.db, provider.id, call.credentials.apiKey)
    const body = { providerCode: provider.code, apiKey: call.credentials.apiKey, pin }
    const answer = await guzzle(gateway.url, 'POST', '/api/service-provider/generate-key', { body })
    expect(answer).toMatchObject({ status: 200, json: { data: { apiSecret: expect.any(String) } } })
    const { apiSecret } = (answer.json as { data: { apiSecret: string } }).data
    const credentials = { ...call.credentials, apiSecret }
    expect(await speaks((method, path, options) => ask(method, path, { ...options, credentials }))).toBe(true)
    const plugin = await createKey(gateway.platform.db, provider.id, { lmsPlugin: true })
    expect(
      await speaks((method, path, options) => ask(method, path, { ...options, credentials: plugin })),
    ).toBe(true)
  })

  it('with an Accept header, a plugin key sees the ordinary API', async () => {
    const { one, call, ask } = await newInstallation(gateway)
    await one(lmsBill())
    const plain = await createLink(gateway.api, {}, call)
    await pay(gateway.api, plain.token, {}, call)
    expect(await search(gateway.api, 'fromDate=-3600', call)).toHaveLength(1)
    const answer = await gateway.api(`/pay/v1/payments/${'0'.repeat(128)}/cancel`, {
      body: { resolution: 'PAID' },
      ...call,
    })
    expect(answer.status).toBe(404)
    const create = await ask('POST', '/pay/v1/payments', { body: { payments: [lmsBill()] } })
    expect(create.json).toMatchObject({ links: [{}] })
  })

  it('/encode without Accept answers the bare URL as text/plain, with it JSON', async () => {
    const { shortLink } = await createLink(gateway.api, { name: 'Jan', surname: 'Kowalski' })
    const options = { body: { url: shortLink } }
    const answer = await guzzle(gateway.url, 'POST', '/s/encode?type=connect&connectApp=MU', options)
    expect(answer.status, answer.body).toBe(200)
    expect(answer.headers['content-type']).toMatch(/^text\/plain/)
    expect(answer.body).toMatch(new RegExp(`^${shortLink}/[A-Za-z0-9]{1,2}$`))
    const json = await gateway.api('/s/encode?type=connect&connectApp=MU', {
      body: { url: shortLink },
      credentials: null,
    })
    expect(json.body).toEqual({ url: answer.body })
  })
})
