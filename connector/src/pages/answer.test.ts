import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines, startLmsWorld } from '../../testing/index.ts'
import { type PageName, pageModules, pageRights } from './index.ts'
import { htmlOf, openPageWorld, type PageWorld, textIn, tokenIn } from './testing/operator.ts'

const pages = Object.keys(pageModules) as PageName[]

describe.each(engines)('who may do what on %s', (engine) => {
  let desk: PageWorld
  beforeAll(async () => {
    desk = await openPageWorld(engine)
  })
  afterAll(() => desk.close())

  it.each(pages)('shows %s to those with its right or with full access only', async (page) => {
    const others = Object.values(pageRights).filter((right) => right !== pageRights[page])
    const denied = await desk.visitor({ rights: others }).see(page)
    expect(denied.status).toBe(403)
    expect(textIn(denied.html)).toContain(`wymaga uprawnienia „${pageRights[page]}”`)
    expect(denied.html).not.toContain('aria-current=')
    expect((await desk.visitor({ rights: [pageRights[page]] }).see(page)).status).toBe(200)
    expect((await desk.visitor({ rights: ['full_access'] }).see(page)).status).toBe(200)
  })

  it('offers only pages that the operator may open', async () => {
    const { html } = await desk.visitor({ rights: [pageRights.payments] }).see('payments')
    expect(html).toContain('?m=billtechpayments')
    expect(html).not.toContain('billtechconfig')
    expect(html).not.toContain('billtechstate')
  })

  it('shows payments without boxes and buttons to who may not settle, and refuses the act', async () => {
    await desk.addPayment()
    const reader = desk.visitor({ rights: [pageRights.payments] })
    const { html } = await reader.see('payments')
    expect(html).not.toMatch(/type="checkbox" name="ids|name="act"/)
    const answer = htmlOf(await reader.press('payments', { act: 'settle', ids: ['1'], confirmed: '1' }))
    expect(answer.status).toBe(403)
    const open = await desk.world.lms.db.selectFrom('billtech_payments').select('state').execute()
    expect(open.map(({ state }) => state)).toEqual(['open'])
  })

  it.each<[string, (token: string) => Promise<unknown>]>([
    [
      'without a token',
      () => desk.visitor().post('config', { act: 'save', api_url: 'https://evil.example' }),
    ],
    [
      'with the token of another session',
      (token) =>
        desk
          .visitor({ session: 'x'.repeat(64) })
          .post('config', { token, act: 'save', api_url: 'https://evil.example' }),
    ],
    [
      'with the token of another operator',
      (token) =>
        desk.visitor({ id: 2 }).post('config', { token, act: 'save', api_url: 'https://evil.example' }),
    ],
    [
      'with the token of another page',
      async () => {
        const token = tokenIn((await desk.visitor().see('payments')).html)
        return desk.visitor().post('config', { token, act: 'save', api_url: 'https://evil.example' })
      },
    ],
    [
      'with an act that does not exist',
      (token) => desk.visitor().post('config', { token, act: 'constructor' }),
    ],
    [
      'with an act of another page',
      (token) => desk.visitor().post('config', { token, act: 'settle', ids: ['1'] }),
    ],
  ])('changes nothing %s, and says so', async (_, send) => {
    const token = tokenIn((await desk.visitor().see('config')).html)
    const answer = htmlOf((await send(token)) as never)
    expect(answer.status).toBe(403)
    expect(textIn(answer.html)).toContain('nic nie zostało zmienione')
    const rows = await desk.world.lms.db
      .selectFrom('uiconfig')
      .selectAll()
      .where('section', '=', 'billtech')
      .execute()
    expect(rows).toEqual([])
  })

  it('changes nothing by a GET, whatever it asks for', async () => {
    const token = tokenIn((await desk.visitor().see('config')).html)
    await desk.visitor().see('config', { token, act: 'save', api_url: 'https://evil.example' })
    await desk.visitor().see('payments', { token, act: 'settle', ids: ['1'], confirmed: '1' })
    const states = await desk.world.lms.db.selectFrom('billtech_payments').select('state').execute()
    expect(states.map(({ state }) => state)).toEqual(['open'])
  })

  it('says what to do where the tables are missing or the database fails, with no detail of it', async () => {
    const bare = await startLmsWorld(engine, { tables: 'none' })
    const there = await openPageWorld(engine)
    const lost = { ...there, context: { ...there.context, lms: bare.lms } }
    const { answerPage } = await import('./index.ts')
    const request = {
      module: pageModules.payments,
      method: 'GET',
      query: {},
      form: {},
      operator: { id: 1, name: 'A', rights: ['full_access'] },
      session: 's'.repeat(64),
    }
    const missing = htmlOf(await answerPage(lost.context, request))
    expect(missing.status).toBe(503)
    expect(textIn(missing.html)).toContain('bill-gateway-lms install')
    await bare.lms.close()
    const failed = htmlOf(await answerPage(lost.context, request))
    expect(failed.status).toBe(500)
    expect(textIn(failed.html)).toMatch(/pod numerem [0-9a-f]{8}/)
    expect(textIn(failed.html)).not.toMatch(/select|driver|error/i)
    await bare.close()
    await there.close()
  })

  it('knows no other page', async () => {
    const { answerPage } = await import('./index.ts')
    const operator = { id: 1, name: 'A', rights: ['full_access'] }
    const asked = {
      module: '__proto__',
      method: 'GET',
      query: {},
      form: {},
      operator,
      session: 's'.repeat(64),
    }
    expect(htmlOf(await answerPage(desk.context, asked)).status).toBe(404)
  })
})
