import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { engines, startLmsWorld, type World } from '../../testing/index.ts'
import { parseDecimal } from '../platform/index.ts'
import { readBlockRules, readLmsIni, readSettings } from './index.ts'

describe.each(engines)('how an LMS blocks, on %s', (engine) => {
  let world: World
  beforeEach(async () => {
    world = await startLmsWorld(engine)
  })
  afterEach(() => world.close())

  const rulesWith = async (section: Record<string, string> = {}) => {
    const ini = await readLmsIni(world.ini)
    const read = { section: (name: string) => (name === 'cutoff' ? section : ini.section(name)) }
    return readBlockRules(world.lms, read, await readSettings(world.lms, ini))
  }

  it('is unknown where nothing tells', async () => {
    expect(await rulesWith()).toMatchObject({
      job: 'unknown',
      isGuessed: true,
      groups: [],
      marksStatus: true,
    })
  })

  it('is lms-cutoff where lms.ini has its section, with its own defaults', async () => {
    expect(await rulesWith({ limit: '-20', extend_deadline: '0', customergroups: '1, 2' })).toMatchObject({
      job: 'cutoff',
      limits: { cutoff: parseDecimal('-20') },
      graceDays: { cutoff: 7 },
      groups: ['1', '2'],
    })
  })

  it('is lmsd where its module is on, with the groups of its configuration', async () => {
    const { db } = world.lms
    const instance = { name: 'blokada', hostid: null, module: 'cutoff', disabled: 0 }
    await db.insertInto('daemoninstances').values(instance).execute()
    const { id } = await db.selectFrom('daemoninstances').select('id').executeTakeFirstOrThrow()
    const config = (variable: string, value: string) =>
      db.insertInto('daemonconfig').values({ instanceid: id, var: variable, value, disabled: 0 }).execute()
    await config('limit', '-5.50')
    await config('excluded_customergroups', 'firmy')
    expect(await rulesWith()).toMatchObject({
      job: 'lmsd',
      limits: { total: parseDecimal('-5.50') },
      excludedGroups: ['firmy'],
    })
    await db.updateTable('daemonconfig').set({ value: '50%' }).where('var', '=', 'limit').execute()
    expect(await rulesWith()).toMatchObject({ limits: { total: 0n } })
  })

  it('is lms-notify where its limit is set, or customers have its status', async () => {
    await world.setSetting('notify.debtors_limit', '-10')
    await world.setSetting('payments.deadline', '21')
    expect(await rulesWith()).toMatchObject({
      job: 'notify',
      limits: { notify: parseDecimal('-10') },
      paytimeDays: 21,
    })
    await world.setSetting('notify.debtors_limit', '')
    await world.addCustomer({ status: 5 })
    expect(await rulesWith()).toMatchObject({ job: 'notify', foundBy: 'customers of status 5' })
  })

  it('is what billtech.blocking says', async () => {
    await world.setSetting('billtech.blocking', 'lmsd')
    await world.setSetting('billtech.blocking_limit', '-1')
    await world.setSetting('billtech.blocking_actions', 'node-access')
    expect(await rulesWith({ limit: '5' })).toMatchObject({
      job: 'lmsd',
      isGuessed: false,
      limits: { total: parseDecimal('-1'), cutoff: parseDecimal('-1') },
      actions: ['node-access'],
      marksStatus: false,
    })
  })
})
