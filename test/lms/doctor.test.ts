import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startBridge } from '../../connector/src/bridge/index.ts'
import { type Finding, findings } from '../../connector/src/doctor/index.ts'
import { install } from '../../connector/src/install/index.ts'
import { formatGrosze } from '../../connector/src/platform/index.ts'
import { recordRefused, withLease, writeInfo } from '../../connector/src/store/index.ts'
import { linksPass, logsPass, paymentsPass } from '../../connector/src/watch/index.ts'
import { type LinksWorld, startLinksWorld } from '../../connector/testing/fake-gateway-context.ts'
import { engines } from '../../connector/testing/index.ts'
import { furnish, hostOf, optionsOf } from './install/installation.ts'

describe.each(engines)('doctor on %s', (engine) => {
  let lms: LinksWorld
  let bridge: { close(): Promise<void> }
  let customer: number

  beforeAll(async () => {
    lms = await startLinksWorld(engine)
    const { world } = lms
    await furnish(world)
    await writeFile(join(world.folder, 'root/etc/crontab'), '')
    await world.setSetting('bridge_socket', join(world.folder, 'run/bridge.sock'))
    const host = await hostOf(world)
    await install(host, optionsOf(world))
    await world.setSetting('payment_expiration', '5')
    await world.setSetting('blocking', 'none')
    customer = await world.addCustomer()
    await world.addInvoice({ customerId: customer, lines: ['69.00'] })
    await lms.context.refresh()
    bridge = await startBridge(lms.context)
    await linksPass(lms.context)
    await paymentsPass(lms.context)
    await logsPass(lms.context, undefined)
  })
  beforeEach(async () => {
    const { lms: database } = lms.world
    await writeInfo(database, database.db, 'watch:alive', String(await lms.world.now()))
  })
  afterAll(async () => {
    await bridge.close()
    await lms.close()
  })

  async function look(): Promise<Finding[]> {
    await lms.context.refresh()
    return findings(lms.context)
  }
  /** What is wrong now, and only now: everything is well before and after. */
  async function wrong(code: string): Promise<Finding> {
    const found = (await look()).filter(({ level }) => level !== 'ok')
    expect(found.map((finding) => finding.code)).toContain(code)
    const finding = found.find((each) => each.code === code)
    expect(finding?.mend).not.toBe('')
    expect(finding?.pl.says).not.toBe(finding?.says)
    return finding as Finding
  }
  const setting = async (name: string, value: string, code: string) => {
    const { rows } = await sql<{ value: string }>`select value from uiconfig
      where section = 'billtech' and var = ${name}`.execute(lms.world.lms.db)
    await lms.world.setSetting(name, value)
    const finding = await wrong(code)
    if (rows[0]) await lms.world.setSetting(name, rows[0].value)
    else
      await sql`delete from uiconfig where section = 'billtech' and var = ${name}`.execute(lms.world.lms.db)
    return finding
  }

  it('finds nothing wrong where all is well, and says what it looked at', async () => {
    const found = await look()
    expect(found.filter(({ level }) => level !== 'ok')).toEqual([])
    expect(found.map(({ code }) => code)).toEqual([
      ...['database', 'tables', 'settings', 'plugin', 'old_plugin', 'bridge', 'watch'],
      ...['pass:update-links', 'pass:update-payments', 'pass:clear-logs', 'lease', 'gateway', 'clock'],
      ...['links', 'payments', 'blocking'],
    ])
  })

  it('settings, each by its name', async () => {
    expect((await setting('api_url', 'http://pay.example', 'setting:billtech.api_url')).level).toBe('problem')
    await setting('api_url', '', 'setting:billtech.api_url')
    expect((await setting('payment_expiration', '0', 'setting:billtech.payment_expiration')).level).toBe(
      'warning',
    )
    await setting('bankaccount', '123', 'setting:billtech.bankaccount')
    await setting('manage_cutoff', 'maybe', 'setting:billtech.manage_cutoff')
    await setting('blocking_limit', 'x', 'setting:billtech.blocking_limit')
    await setting('blocking', 'x', 'setting:billtech.blocking')
    await setting('log_retention_days', '-1', 'setting:billtech.log_retention_days')
    await setting('allow_test', 'true', 'test_allowed')
    expect((await setting('api_secret', 'other', 'gateway_secret')).mend).toMatch(/Generuj API secret/)
  })

  it('the plugin: switched off, the old one on, not loading, changed, unanswered', async () => {
    const { world } = lms
    await world.disablePlugin()
    expect((await wrong('plugin_off')).says).toMatch(/payments are still booked/)
    await world.setSetting('phpui.plugins', 'BillGateway BillTech')
    await wrong('old_plugin_on')
    await world.setSetting('phpui.plugins', 'BillGateway')
    const map = join(world.folder, 'vendor/composer/autoload_classmap.php')
    const text = await readFile(map, 'utf8')
    await writeFile(map, text.replace(/.*BillGateway\.php.*\n/, ''))
    expect((await wrong('class_unknown')).mend).toMatch(/composer dump-autoload/)
    await writeFile(map, text)
    const stray = join(world.folder, 'plugins/BillGateway/stray.php')
    await writeFile(stray, '<?php')
    expect((await wrong('plugin_outdated')).says).toContain('stray.php')
    await rm(stray)
    await bridge.close()
    expect((await wrong('bridge_away')).mend).toMatch(/systemctl enable/)
    bridge = await startBridge(lms.context)
  })

  it('passes that never ran, are late or failed; watch that is gone; a lock that is held for long', async () => {
    const { lms: database } = lms.world
    const now = await lms.world.now()
    const pass = (value: object) => writeInfo(database, database.db, 'pass:links', JSON.stringify(value))
    await pass({ at: now - 3_600, ms: 1, ok: true })
    await wrong('pass_late:update-links')
    await pass({ at: now, ms: 1, ok: false, says: 'no route' })
    expect((await wrong('pass_failed:update-links')).says).toContain('no route')
    await sql`delete from billtech_info where keytype = 'pass:links'`.execute(database.db)
    await wrong('pass_never:update-links')
    await writeInfo(database, database.db, 'watch:alive', String(now - 3_600))
    await wrong('watch_away')
    await withLease(database, 'links', async () => {
      const found = await look()
      expect(found.find(({ code }) => code === 'lease:links')?.says).toContain(`:${process.pid}:`)
      await sql`update billtech_lease set since = since - 7200`.execute(database.db)
      await wrong('lease_long:links')
    })
    await pass({ at: now, ms: 1, ok: true })
    await writeInfo(database, database.db, 'watch:alive', String(now))
  })

  it('a gateway that is away, or has the provider switched off', async () => {
    await lms.gateway.stop()
    await wrong('gateway_unreachable')
    await lms.gateway.start()
    lms.gateway.fault = () => ({ kind: 'status', status: 403 })
    await wrong('gateway_disabled')
    lms.gateway.fault = undefined
  })

  it('documents without a link, with the reason, and customers who wait for one', async () => {
    const { lms: database } = lms.world
    const refusal = {
      kind: 'link' as const,
      customerId: customer,
      operationId: '77',
      code: 'bad',
      field: 'title',
    }
    await recordRefused(database, database.db, { ...refusal, says: 'title is empty' }, await lms.world.now())
    expect((await wrong('links_refused')).says).toContain(
      `customer ${customer}, document 77 (title): title is empty`,
    )
    await sql`delete from billtech_refused`.execute(database.db)
    const other = await lms.world.addCustomer()
    await lms.world.addInvoice({ customerId: other, lines: ['1.00'] })
    expect((await wrong('links_missing')).says).toMatch(new RegExp(`: ${other} \\(1 of them wait`))
    await linksPass(lms.context)
    expect((await look()).find(({ code }) => code === 'links')?.level).toBe('ok')
  })

  it('payments that were kept aside, differ from their transfer, or wait for it', async () => {
    const { lms: database } = lms.world
    const now = await lms.world.now()
    await recordRefused(
      database,
      database.db,
      { kind: 'payment', rowId: 'r1', code: 'gone', says: 'no such customer' },
      now,
    )
    expect((await wrong('payments_kept')).says).toContain('row r1: no such customer')
    await sql`delete from billtech_refused`.execute(database.db)
    await sql`insert into billtech_statement (importid, customerid, value, reference_digits, state, seen_at)
      values (7, ${customer}, 10, '20240101000001', 'difference', ${now})`.execute(database.db)
    expect((await wrong('payments_differ')).says).toContain('import 7: 10.00')
    await sql`delete from billtech_statement`.execute(database.db)
    await sql`insert into billtech_payments (customerid, amount, title, reference_number, cdate, closed, state, gateway)
      values (${customer}, ${formatGrosze(6_900n)}, 'x', '20240101-000001', ${now - 8 * 86_400}, 0, 'open', 'g')`.execute(
      database.db,
    )
    expect((await wrong('payments_waiting')).mend).toContain('comment_replace')
    await sql`update billtech_payments set state = null`.execute(database.db)
    expect((await wrong('old_rows')).says).toMatch(/^1 rows/)
    await sql`delete from billtech_payments`.execute(database.db)
    expect((await look()).filter(({ level }) => level !== 'ok')).toEqual([])
  })

  it('a time zone in which due dates would be wrong', async () => {
    const found = await findings({ ...lms.context, zone: 'UTC' })
    expect(found.filter(({ level }) => level !== 'ok').map(({ code }) => code)).toEqual(['time_zone'])
  })
})
