import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Answering, type Scene, type Stage, setStage } from './php.ts'

let stage: Stage
beforeEach(async () => {
  stage = await setStage()
})
afterEach(() => stage.close())

interface Relayed {
  operator: { id: number; name: string; rights: string[] }
  session: string
}

/** What the connector was asked, page by page. */
const relayed = ({ asked }: Answering) => asked.map(({ data }) => data as unknown as Relayed)

const html = '<h1>Płatności</h1><p>&lt;b&gt;tytuł&lt;/b&gt;</p>'
const shown = () => ({ status: 200, title: 'Płatności', html })

/** LMS with one operator’s browser. */
async function operator(scene: Scene = { rights: ['full_access'] }) {
  const { url, log, change } = await stage.serve(scene)
  let cookie = ''
  const get = async (query: string, more: RequestInit = {}) => {
    const answer = await fetch(`${url}?${query}`, { redirect: 'manual', headers: { cookie }, ...more })
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }
  const post = (query: string, form: [string, string][]) =>
    get(query, { method: 'POST', body: new URLSearchParams(form) })
  return { get, post, log, change, logIn: () => (cookie = '') }
}

describe('a page of the plugin', () => {
  it('carries the request with the operator’s id and rights', async () => {
    const connector = await stage.answerBy(shown)
    const lms = await operator({ rights: ['billtech_payments', 'billtech_settle', 'cash'] })
    const form: [string, string][] = [
      ['ids[]', '1'],
      ['ids[]', '2'],
      ['action', 'settle'],
      ['deep[a][b]', 'x'],
    ]
    const { text, status } = await lms.post('m=billtechpayments&sort=amount', form)
    expect(connector.asked.map(({ hook }) => hook)).toEqual(['page'])
    expect(relayed(connector)[0]).toEqual({
      session: expect.stringMatching(/^[0-9a-f]{64}$/),
      module: 'billtechpayments',
      method: 'POST',
      query: { m: 'billtechpayments', sort: 'amount' },
      form: { ids: ['1', '2'], action: 'settle', deep: [] },
      operator: { id: 7, name: 'Anna Operator', rights: ['billtech_payments', 'billtech_settle'] },
      language: 'pl_PL',
    })
    expect(status).toBe(200)
    expect(text).toContain(`<nav>menu of LMS</nav>${html}</body>`)
    expect(text).toContain('<title>Płatności</title>')
    expect(lms.log).toEqual([])
  })

  it('gives each login a value of its own, which stays', async () => {
    const connector = await stage.answerBy(shown)
    const lms = await operator()
    await lms.get('m=billtechconfig')
    await lms.get('m=billtechstate')
    lms.logIn()
    await lms.get('m=billtechconfig')
    const [one, again, other] = connector.asked.map(({ data }) => data.session)
    expect(again).toBe(one)
    expect(other).not.toBe(one)
  })

  it.each([
    [['full_access'], [], ['full_access']],
    [['billtech_config'], ['superuser'], ['billtech_config', 'full_access']],
    [['billtech_config', 'other'], ['billtech_state'], ['billtech_config', 'billtech_state']],
  ])('of the rights %j and privileges %j passes on %j', async (rights, privileges, passed) => {
    const connector = await stage.answerBy(shown)
    const lms = await operator({ rights, privileges })
    await lms.get('m=billtechconfig')
    expect(relayed(connector).map(({ operator: { rights: sent } }) => sent)).toEqual([passed])
  })

  it('is not even asked for without a right to it', async () => {
    const connector = await stage.answerBy(shown)
    const lms = await operator({ rights: ['billtech_payments', 'cash'] })
    expect((await lms.get('m=billtechconfig')).status).toBe(403)
    expect((await lms.get('m=billtechpayments')).status).toBe(200)
    expect(connector.asked).toHaveLength(1)
  })

  it.each([
    ['layout', '<nav>menu of LMS</nav>'],
    ['old-layout', '<nav>old menu</nav>'],
    ['no-layout', '<meta name="viewport"'],
  ])('stands in the layout that this LMS has (%s)', async (templates, around) => {
    await stage.answerBy(() => ({ status: 403, title: 'Brak <b>praw</b>', html }))
    const lms = await operator({ rights: ['full_access'], templates })
    const { text, status } = await lms.get('m=billtechstate')
    expect(text).toContain(around)
    expect(text).toContain(html)
    expect(text).toContain('<title>Brak &lt;b&gt;praw&lt;/b&gt;</title>')
    expect(status).toBe(403)
    expect(lms.log).toEqual([])
  })

  it('defect 41: prints what the connector escaped, and reads no Smarty in it', async () => {
    const text = '<p>{$smarty.version} {literal} %b &lt;script&gt;alert(1)&lt;/script&gt;</p>'
    await stage.answerBy(() => ({ status: 200, title: '{$smarty.version}', html: text }))
    const lms = await operator()
    const page = await lms.get('m=billtechpayments')
    expect(page.text).toContain(text)
    expect(page.text).toContain('<title>{$smarty.version}</title>')
  })

  it('goes where the connector sends it, within its own pages', async () => {
    await stage.answerBy(() => ({ redirect: '?m=billtechpayments&state=open#p7' }))
    const lms = await operator()
    const { status, headers, text } = await lms.post('m=billtechpayments', [])
    expect(status).toBe(303)
    expect(headers.get('location')).toBe('?m=billtechpayments&state=open#p7')
    expect(text).toBe('')
  })

  it.each(['https://evil.example/', '//evil.example', '?m=userdel&id=1', '?m=billtechconfig\r\nX: y'])(
    'does not go to %j',
    async (redirect) => {
      await stage.answerBy(() => ({ redirect }))
      const lms = await operator()
      const { status, headers } = await lms.get('m=billtechpayments')
      expect(status).toBe(500)
      expect(headers.get('location')).toBeNull()
    },
  )

  it('hands over a file', async () => {
    const content = 'id;kwota\r\n1;"69,00"\r\n'
    const download = { name: 'wpłaty "x"\r\n.csv', type: 'text/csv; charset=utf-8', content }
    await stage.answerBy(() => ({ download }))
    const lms = await operator()
    const { text, headers } = await lms.get('m=billtechpayments&csv=1')
    expect(text).toBe(content)
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(headers.get('content-disposition')).toBe('attachment; filename="wp__aty__x___.csv"')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('says that the connector does not answer, and what to do', async () => {
    const lms = await operator()
    const { status, text } = await lms.get('m=billtechpayments')
    expect(status).toBe(503)
    expect(text).toContain('Konektor Bill Gateway nie odpowiada.')
    expect(text).toContain('bill-gateway-lms doctor')
    expect(lms.log).toEqual([expect.stringContaining('the page billtechpayments is not there')])
  })
})
