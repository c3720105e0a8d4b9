import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines } from '../../../testing/index.ts'
import { htmlOf, openPageWorld, type PageWorld, textIn, type Visitor } from '../testing/operator.ts'

/** The form as the page shows it: what a browser would send if nothing were touched. */
function formOf(html: string): Record<string, string> {
  const form: Record<string, string> = {}
  const value = (tag: string) => unescaped(/\svalue="([^"]*)"/.exec(tag)?.[1] ?? '')
  for (const [tag] of html.split('id="bt-generate"')[0]?.matchAll(/<input[^>]*>/g) ?? []) {
    const name = /\sname="([^"]+)"/.exec(tag)?.[1] ?? ''
    if (!/type="checkbox"/.test(tag) || /\schecked=/.test(tag)) form[name] = value(tag)
  }
  form.blocking = /<option value="([^"]*)" selected/.exec(html)?.[1] ?? ''
  return form
}
const unescaped = (text: string) =>
  text.replaceAll('&quot;', '"').replaceAll('&#x27;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&')

describe.each(engines)('Konfiguracja BillTech on %s', (engine) => {
  let desk: PageWorld
  let anna: Visitor
  beforeAll(async () => {
    desk = await openPageWorld(engine)
    anna = desk.visitor({ id: 9 })
  })
  afterAll(() => desk.close())
  beforeEach(async () => {
    await desk.world.lms.db.deleteFrom('uiconfig').where('section', '=', 'billtech').execute()
    await desk.world.lms.db.deleteFrom('billtech_log').execute()
  })

  const stored = async () => {
    const rows = await desk.world.lms.db
      .selectFrom('uiconfig')
      .select(['var', 'value', 'disabled'])
      .where('section', '=', 'billtech')
      .orderBy('var')
      .orderBy('id')
      .execute()
    return rows.map(({ var: name, value, disabled }) => `${name}=${value}${disabled ? ' (disabled)' : ''}`)
  }
  const save = async (changes: Record<string, string>) => {
    const form = { ...formOf((await anna.see('config')).html), ...changes }
    return anna.post('config', form)
  }

  it('explains every setting and says what is missing', async () => {
    const { html, status } = await anna.see('config')
    expect(status).toBe(200)
    const text = textIn(html)
    for (const name of ['api_url', 'isp_id', 'payment_expiration', 'bankaccount', 'manage_cutoff']) {
      expect(text).toContain(`billtech.${name}`)
    }
    expect(text.match(/Bez tej wartości linki i płatności stoją\./g)).toHaveLength(4)
  })

  it('writes what was changed, and nothing else', async () => {
    await desk.world.setSetting('links_interval', '10')
    const answer = await save({
      api_url: ' https://pay.example.pl ',
      isp_id: 'netix',
      cashimport_enabled: 'true',
    })
    expect(answer).toEqual({ redirect: '?m=billtechconfig&done=saved.3' })
    expect(await stored()).toEqual([
      'api_url=https://pay.example.pl',
      'cashimport_enabled=true',
      'isp_id=netix',
      'links_interval=10',
    ])
    expect(await save({})).toEqual({ redirect: '?m=billtechconfig&done=same' })
    expect(formOf((await anna.see('config')).html)).toMatchObject({ cashimport_enabled: 'true' })
    const notes = await desk.world.lms.db.selectFrom('billtech_log').select(['type', 'description']).execute()
    expect(notes).toEqual([
      { type: 'settings', description: 'operator 9 changed api_url, isp_id, cashimport_enabled' },
    ])
  })

  it('unticks a box, clears a field, and takes over values of lms.ini only when they are changed', async () => {
    await desk.world.setSetting('manage_cutoff', '1')
    await desk.world.setSetting('bankaccount', '61109010140000071219812874')
    const form = formOf((await anna.see('config')).html)
    const { manage_cutoff: ticked, ...unticked } = form
    expect(ticked).toBe('true')
    await anna.post('config', { ...unticked, bankaccount: '' })
    expect(await stored()).toEqual(['bankaccount=', 'manage_cutoff=false'])
  })

  it.each([
    ['api_url', 'http://pay.example.pl', 'Adres musi zaczynać się od https://'],
    ['api_url', 'pay.example.pl', 'Wpisz pełny adres'],
    ['payment_expiration', '0', 'Wpisz liczbę dni od 1 do 3650 albo never.'],
    ['bankaccount', '61109010140000071219812875', 'To nie jest polski numer rachunku'],
    ['links_interval', '1,5', 'Wpisz liczbę minut'],
    ['blocking', 'kiedyś', 'Wybierz jedną'],
    ['blocking_limit', 'dużo', 'Wpisz kwotę'],
    ['blocking_actions', 'node-access; drop', 'Wpisz działania'],
    ['isp_id', 'a\u0000b', 'bez znaków sterujących'],
    ['api_key', 'k'.repeat(201), 'Najwyżej 200 znaków.'],
  ])('refuses %s = %s beside its field, keeps what was typed, writes nothing', async (name, value, says) => {
    const answer = htmlOf(await save({ [name]: value, isp_id: name === 'isp_id' ? value : 'kept"typed' }))
    expect(answer.status).toBe(400)
    expect(textIn(answer.html)).toContain(says)
    expect(answer.html).toMatch(
      new RegExp(`id="bt-${name}"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*id="bt-${name}"`),
    )
    expect(answer.html).toContain(`href="#bt-${name}"`)
    if (name !== 'isp_id') expect(answer.html).toContain('value="kept&quot;typed"')
    expect(await stored()).toEqual([])
  })

  it('never shows a secret, keeps it where the field is empty, and replaces it where it is not', async () => {
    await desk.world.setSetting('api_secret', 'top-secret-1')
    const { html } = await anna.see('config')
    expect(html).not.toContain('top-secret-1')
    expect(textIn(html)).toContain('Ustawiony. Zostaw puste, żeby nie zmieniać.')
    await save({ isp_id: 'netix' })
    expect(await stored()).toContain('api_secret=top-secret-1')
    const refused = htmlOf(await save({ api_secret: 'top-secret-2', links_interval: 'x' }))
    expect(refused.html).not.toContain('top-secret-2')
    await save({ api_secret: 'top-secret-2' })
    expect(await stored()).toContain('api_secret=top-secret-2')
    const notes = await desk.world.lms.db.selectFrom('billtech_log').select('description').execute()
    expect(JSON.stringify(notes)).not.toContain('top-secret')
  })

  it('leaves one row of a variable that stood twice, and makes a boolean of what is none', async () => {
    const row = { section: 'billtech', description: '', disabled: 0, type: 0 }
    for (const value of ['alpha', 'beta']) {
      await desk.world.lms.db
        .insertInto('uiconfig')
        .values({ ...row, var: 'isp_id', value } as never)
        .execute()
    }
    await desk.world.setSetting('allow_test', 'może')
    const text = textIn((await anna.see('config')).html)
    expect(text).toContain('Ta zmienna jest w bazie więcej niż raz.')
    expect(text).toContain('Zapisana wartość „może” nie jest ani true, ani false')
    await save({ links_interval: '7' })
    expect(await stored()).toEqual(['allow_test=false', 'isp_id=beta', 'links_interval=7'])
  })

  it('changes nothing that did not arrive, where a form was cut on its way', async () => {
    await desk.world.setSetting('manage_cutoff', 'true')
    await desk.world.setSetting('isp_id', 'netix')
    const { token = '', links_interval: _, ...form } = formOf((await anna.see('config')).html)
    const cut = { token, act: 'save', links_interval: '7', was_links_interval: form.was_links_interval ?? '' }
    expect(await anna.post('config', cut)).toEqual({ redirect: '?m=billtechconfig&done=saved.1' })
    expect(await stored()).toEqual(['isp_id=netix', 'links_interval=7', 'manage_cutoff=true'])
  })

  it('does not undo what another operator saved meanwhile', async () => {
    await desk.world.setSetting('isp_id', 'first')
    const opened = formOf((await anna.see('config')).html)
    await desk.world.setSetting('isp_id', 'second')
    await anna.post('config', { ...opened, links_interval: '3' })
    expect(await stored()).toEqual(['isp_id=second', 'links_interval=3'])
  })
})
