import { appendFile, copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines, startLmsWorld, type World } from '../../testing/index.ts'
import { insertReturningId, transact } from '../platform/index.ts'
import { pluginsOf, readLmsIni, readSettings, removeSetting, type Settings, writeSetting } from './index.ts'

describe.each(engines)('settings on %s', (engine) => {
  let world: World
  beforeAll(async () => {
    world = await startLmsWorld(engine, { tables: 'none' })
  })
  afterAll(() => world.close())
  beforeEach(() => world.lms.db.deleteFrom('uiconfig').execute())

  const read = async (ini = world.ini): Promise<Settings> => readSettings(world.lms, await readLmsIni(ini))
  const set = (name: string, value: string) => world.setSetting(name, value)
  const said = (settings: Settings, name: string) =>
    settings.problems.filter((problem) => problem.name === name).map(({ says }) => says)
  const addRow = (row: object) =>
    insertReturningId(world.lms, world.lms.db, 'uiconfig', {
      section: 'billtech',
      var: 'isp_id',
      value: '',
      description: '',
      ...row,
    })

  it('have the defaults of LMS where nobody set anything', async () => {
    const settings = await read()
    expect(settings).toMatchObject({
      apiUrl: '',
      apiKey: '',
      apiSecret: '',
      ispId: '',
      paymentExpiration: 5,
      manageCutoff: false,
      appendCustomerInfo: false,
      cashimportEnabled: false,
      balanceButtonDisabled: false,
      rowButtonsDisabled: false,
      brandingEnabled: false,
      logRetentionDays: 90,
      linksEveryMinutes: 5,
      allowTest: false,
      blocking: 'auto',
      pluginEnabled: false,
      oldPluginEnabled: false,
    })
    expect(settings).not.toHaveProperty('bankAccount')
    const fatal = settings.problems.filter((problem) => problem.fatal).map(({ name }) => name)
    expect(fatal).toEqual(['billtech.api_url', 'billtech.api_key', 'billtech.api_secret'])
  })

  it.each([
    ...['1', 'y', 'on', 'yes', 'true', 'tak', 't', 'enabled', 'TRUE', 'Tak'].map(
      (text) => [text, true, 0] as const,
    ),
    ...['0', 'n', 'no', 'off', 'false', 'nie', 'disabled', '', 'False'].map(
      (text) => [text, false, 0] as const,
    ),
    ['maybe', false, 1] as const,
  ])('defect 36: append_customer_info "%s" is %s', async (text, value, problems) => {
    await set('append_customer_info', text)
    const settings = await read()
    expect(settings.appendCustomerInfo).toBe(value)
    expect(said(settings, 'billtech.append_customer_info')).toHaveLength(problems)
  })

  it.each([
    ['never', 'never', 0],
    ['Never', 'never', 0],
    ['14', 14, 0],
    ['0', 'never', 1],
    ['-3', 'never', 1],
    ['5 dni', 'never', 1],
    ['', 5, 0],
  ])('payment_expiration "%s" is %s', async (text, value, problems) => {
    await set('payment_expiration', text)
    const settings = await read()
    expect(settings.paymentExpiration).toBe(value)
    expect(said(settings, 'billtech.payment_expiration')).toHaveLength(problems)
  })

  it.each([
    ['https://api.gateway.example/', 'https://api.gateway.example', 0],
    ['https://gateway.example/base//', 'https://gateway.example/base', 0],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080', 0],
    ['http://localhost:8080', 'http://localhost:8080', 0],
    ['http://[::1]:8080', 'http://[::1]:8080', 0],
    ['http://gateway.example', '', 1],
    ['http://127.0.0.1.gateway.example', '', 1],
    ['http://10.0.0.1', '', 1],
    ['ftp://gateway.example', '', 1],
    ['https://key:secret@gateway.example', '', 1],
    ['gateway', '', 1],
  ])('api_url "%s" is "%s"', async (text, value, problems) => {
    await set('api_url', text)
    const settings = await read()
    expect(settings.apiUrl).toBe(value)
    expect(settings.problems.filter((each) => each.name === 'billtech.api_url')).toHaveLength(problems)
  })

  it('say by name what is out of range or no value, and use the default', async () => {
    await set('links_interval', '0')
    await set('log_retention_days', 'dużo')
    await set('bankaccount', '61 1090 1014 0000 0712 1981 2875')
    await set('blocking', 'whatever')
    const settings = await read()
    expect(settings).toMatchObject({ linksEveryMinutes: 5, logRetentionDays: 90, blocking: 'auto' })
    for (const name of ['links_interval', 'log_retention_days', 'bankaccount', 'blocking']) {
      expect(said(settings, `billtech.${name}`), name).toHaveLength(1)
    }
    await set('bankaccount', 'PL 61 1090 1014 0000 0712 1981 2874')
    expect((await read()).bankAccount).toBe('61109010140000071219812874')
  })

  it('come from the database before lms.ini, and from lms.ini where a row is disabled', async () => {
    const ini = join(world.folder, 'with-billtech.ini')
    await copyFile(world.ini, ini)
    await appendFile(ini, '[billtech]\nisp_id = fromini\nmanage_cutoff = true\nbranding_enabled = false\n')
    expect(await read(ini)).toMatchObject({ ispId: 'fromini', manageCutoff: true, brandingEnabled: false })
    await set('isp_id', 'fromdatabase')
    await set('manage_cutoff', 'nie')
    expect(await read(ini)).toMatchObject({ ispId: 'fromdatabase', manageCutoff: false })
    await world.lms.db.updateTable('uiconfig').set({ disabled: 1 }).execute()
    expect(await read(ini)).toMatchObject({ ispId: 'fromini', manageCutoff: true })
  })

  it('leave aside what an operator or a division overrides', async () => {
    const user = await world.lms.db.selectFrom('users').select('id').executeTakeFirstOrThrow()
    const division = await world.addDivision({ shortname: 'Osobna', account: '' })
    const configid = await addRow({ value: 'global' })
    await addRow({ value: 'user', userid: user.id, configid })
    await addRow({ value: 'division', divisionid: division, configid })
    expect((await read()).ispId).toBe('global')
  })

  it('defect 40: tell of duplicate global rows, the newest of which counts, and saving repairs them', async () => {
    const first = await addRow({ value: 'one' })
    const second = await addRow({ value: 'two' })
    const override = await addRow({ value: 'special', configid: second, divisionid: null, var: 'other' })
    const before = await read()
    expect(before.ispId).toBe('two')
    expect(said(before, 'billtech.isp_id')[0]).toMatch(/stands 2 times/)
    const name = { section: 'billtech', variable: 'isp_id' }
    const written = await transact(world.lms, (tx) => writeSetting(world.lms, tx, name, 'three'))
    expect(written).toEqual({ changed: true, removed: 1 })
    expect((await read()).ispId).toBe('three')
    const rows = await world.lms.db.selectFrom('uiconfig').select(['id', 'configid']).orderBy('id').execute()
    expect(rows).toEqual([
      { id: first, configid: null },
      { id: override, configid: first },
    ])
    const again = await transact(world.lms, (tx) => writeSetting(world.lms, tx, name, 'three'))
    expect(again).toEqual({ changed: false, removed: 0 })
    expect(await transact(world.lms, (tx) => removeSetting(world.lms, tx, name))).toBe(1)
    expect((await read()).ispId).toBe('')
  })

  it('know which plugins are on', async () => {
    await set('phpui.plugins', 'LMSFoo:10 BillGateway:5;Inny,BillTechny')
    expect(await read()).toMatchObject({ pluginEnabled: true, oldPluginEnabled: false })
    await set('phpui.plugins', 'BillTech')
    expect(await read()).toMatchObject({ pluginEnabled: false, oldPluginEnabled: true })
    expect(pluginsOf(' A:10,,B;C ')).toEqual([{ name: 'A', priority: '10' }, { name: 'B' }, { name: 'C' }])
  })
})
