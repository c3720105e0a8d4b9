import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../../gateway/testing/gateway.ts'
import { bill, cancel, createLink, pay, statusOf } from '../support/bill.ts'
import { openFingerprints } from '../support/fingerprint.ts'

let gateway: TestGateway
beforeAll(async () => {
  const environment = { RATE_LIMIT_PAGE: '100000', RATE_LIMIT_MISS: '100000' }
  // No worker: what its jobs change meanwhile would look as if a page had changed it.
  gateway = await startTestGateway({ worker: false, environment })
})
afterAll(() => gateway?.close())

const open = (token: string, query = '') =>
  gateway.api(`/single-payment/${token}${query}`, { credentials: null, headers: { accept: 'text/html' } })

describe('the payer’s page', () => {
  it('active 200, paid 200, cancelled 410, unknown 404', async () => {
    const { token } = await createLink(gateway.api)
    expect((await open(token)).status).toBe(200)
    const payment = await pay(gateway.api, token)
    const paid = await open(token)
    expect(paid.status).toBe(200)
    expect(paid.text).toContain(payment.referenceNumber)
    const gone = await createLink(gateway.api)
    await cancel(gateway.api, gone.token, { resolution: 'CANCELLED' })
    expect((await open(gone.token)).status).toBe(410)
    expect((await open(randomBytes(64).toString('hex'))).status).toBe(404)
    expect((await open('x')).status).toBe(404)
  })

  it('is no-store, noindex, no-referrer, and allows nothing of others', async () => {
    const { headers, text } = await open((await createLink(gateway.api)).token)
    expect(headers.get('cache-control')).toContain('no-store')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(`${headers.get('x-robots-tag')} ${text}`).toContain('noindex')
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'/)
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe/)
    expect(headers.get('set-cookie')).toBeNull()
  })

  it('a GET changes nothing, whatever the query', async () => {
    const { token } = await createLink(gateway.api, { name: 'Jan', surname: 'Kowalski' })
    const prints = await openFingerprints(gateway.database.url)
    await open(token)
    const before = await prints.take()
    for (const query of [
      '',
      '?type=balance',
      '?type=connect&connectApp=MU',
      '?lang=uk',
      '?name=Jan&email=a%40b.pl',
      '?utm_x=1',
    ]) {
      expect((await open(token, query)).status).toBe(200)
    }
    expect(await prints.take()).toEqual(before)
    await prints.close()
  })

  it('shows the payer’s other open bills, a cancelled link too for 90 days, a revoked one nothing', async () => {
    const userId = bill().userId
    const first = await createLink(gateway.api, { userId, title: 'Pierwsza 1' })
    const second = await createLink(gateway.api, { userId, title: 'Druga 2' })
    expect((await open(first.token)).text).toContain('Druga 2')
    await cancel(gateway.api, first.token, { resolution: 'CANCELLED' })
    expect((await open(first.token)).text).toMatch(/123,45/)
    await gateway.database.pool.query(
      `update payment_link set ended_at = ended_at - interval '91 days' where token = decode($1, 'hex')`,
      [first.token],
    )
    expect((await open(first.token)).text).not.toMatch(/123,45/)
    await cancel(gateway.api, second.token, { resolution: 'CANCELLED', revoke: true })
    const third = await createLink(gateway.api, { userId, title: 'Trzecia 3' })
    const revoked = await open(second.token)
    expect(revoked.status).toBe(410)
    expect(revoked.text).not.toMatch(/Trzecia|Druga|123,45/)
    expect((await statusOf(gateway.api, third.token)).status).toBe('active')
  })

  it('masks the payer’s name and never shows the e-mail', async () => {
    const { token } = await createLink(gateway.api, {
      name: 'Zbigniewa',
      surname: 'Kwiatkowska',
      email: 'zk@example.com',
    })
    const { text } = await open(token)
    expect(text).not.toMatch(/Kwiatkowska|Zbigniewa|zk@example/)
  })

  it('markup in a title stays text', async () => {
    const { token } = await createLink(gateway.api, { title: "FV 1 & 2 'x'" })
    const { text } = await open(token, '?name=%3Cscript%3Ealert(1)%3C/script%3E')
    expect(text).not.toContain('<script>alert')
    expect(text).toMatch(/FV 1 &amp; 2/)
  })
})
