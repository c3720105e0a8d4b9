import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../../testing/gateway.ts'
import { nrb } from '../../testing/links.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway.close())

it('smokes', async () => {
  const answer = await gateway.api('/pay/v1/payments', {
    body: {
      payments: [
        {
          userId: 'u1',
          amount: 123.45,
          nrb,
          title: 'FV 1/2026',
          paymentDue: '2026-12-01',
          name: 'Jan',
          surname: 'Kowalski',
        },
      ],
    },
  })
  console.log(answer.status, answer.text)
  const { token } = (answer.body as { links: { token: string }[] }).links[0] ?? { token: '' }
  const page = await fetch(`${gateway.url}/single-payment/${token}`)
  console.log(page.status, Object.fromEntries(page.headers))
  const html = await page.text()
  console.log(html, html.length)
  expect(page.status).toBe(200)
})
