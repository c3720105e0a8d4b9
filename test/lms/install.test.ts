import { execFile } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { install, OpenTemporaryPayments, uninstall } from '../../connector/src/install/index.ts'
import { withLease } from '../../connector/src/store/index.ts'
import { readCatalog } from '../../connector/src/store/queries/catalog.ts'
import { engines, startLmsWorld, type World } from '../../connector/testing/index.ts'
import { crontab, furnish, hostOf, optionsOf, surroundings } from './install/installation.ts'
import { addOldCash, addOldLink, addOldPayment, oldColumns, oldRows } from './take-over/old-plugin.ts'

const plugins = 'LMSFoo:10 BillTech:5;Other'

describe.each(engines)('install on %s', (engine) => {
  let world: World
  let before: Awaited<ReturnType<typeof surroundings>>
  let customer: number
  let rowsBefore: unknown[]
  const rows = async () =>
    Promise.all(Object.entries(oldColumns).map(([table, columns]) => oldRows(world.lms, table, columns)))

  beforeAll(async () => {
    world = await startLmsWorld(engine, { tables: 'old' })
    await furnish(world)
    await world.setSetting('phpui.plugins', plugins)
    await world.setSetting('api_url', 'https://old.example/')
    await world.setSetting('api_key', 'key')
    await world.setSetting('api_secret', 'sekret-1')
    customer = await world.addCustomer({})
    await addOldLink(world.lms, { customer, document: null, token: 'a' })
    const cash = await addOldCash(world.lms, customer)
    await addOldPayment(world.lms, { customer, cash, token: 'a', reference: '20240101-000001' })
    before = await surroundings(world)
    rowsBefore = await rows()
  })
  afterAll(() => world.close())

  it('a rehearsal says what an installation does, and does nothing', async () => {
    const rehearsal = await install(await hostOf(world), optionsOf(world, { dryRun: true }))
    expect(await surroundings(world)).toEqual(before)
    expect([...(await readCatalog(world.lms)).keys()].sort()).toEqual(Object.keys(oldColumns).sort())
    expect(rehearsal).toMatchObject({ dryRun: true, changed: true, tables: { links: 1, payments: 1 } })
    const done = await install(await hostOf(world), optionsOf(world))
    expect(done.steps.map(({ step }) => step)).toEqual(rehearsal.steps.map(({ step }) => step))
    expect(done.tables.changes).toEqual(expect.arrayContaining(rehearsal.tables.changes))
  })

  it('puts ours in the old one’s place, which stays on disk', async () => {
    const after = await surroundings(world)
    const setting = (name: string) => after.settings.find((row) => row.var === name)
    expect(setting('plugins')).toMatchObject({ value: 'LMSFoo:10 BillGateway:5;Other' })
    expect(setting('payment_expiration')).toMatchObject({ value: 'never' })
    expect(setting('cashimport_enabled')).toMatchObject({ value: 'true' })
    expect(setting('api_url')).toMatchObject({ value: 'https://old.example/' })
    expect(after.old).toBe(before.old)
    expect(after.plugin).toContain('class BillGateway extends LMSPlugin')
    expect(after.secret).toMatch(/^[0-9a-f]{64}\n$/)
    expect(after.crontab?.split('\n').filter((line) => /^[^#]*BillTech/.test(line))).toEqual([])
    expect(after.crontab).toContain('\n1 1 * * * root /usr/sbin/lms-cutoff\n')
  })

  it('LMS’s class map finds every class of the plugin', async () => {
    const code = `$map = require '${world.folder}/vendor/composer/autoload_classmap.php';
      require '${world.folder}/vendor/composer/autoload_static.php';
      $both = [$map, ComposerStaticInit::$classMap];
      foreach ($both as $m) foreach ($m as $name => $path)
        if (str_starts_with($name, 'BillGateway') && !str_contains((string) @file_get_contents($path), "class $name"))
          echo "$name: $path\\n";
      echo count(array_filter(array_keys($both[1]), fn ($n) => str_starts_with($n, 'BillGateway')));`
    const { stdout } = await promisify(execFile)('php', ['-r', code])
    expect(stdout).toMatch(/^\d+$/)
    expect(Number(stdout)).toBeGreaterThan(5)
  })

  it('defect 40: a second installation changes nothing, and doubles no setting', async () => {
    const [around, tables] = [await surroundings(world), await rows()]
    const again = await install(await hostOf(world), optionsOf(world))
    expect(again).toMatchObject({ changed: false, steps: [], tables: { changes: [], links: 0, payments: 0 } })
    expect(await surroundings(world)).toEqual(around)
    expect(await rows()).toEqual(tables)
  })

  it('another address keeps the credentials of the old one', async () => {
    const set = { api_url: 'https://new.example', api_key: 'k2', api_secret: 'sekret-2' }
    await install(await hostOf(world), optionsOf(world, { set }))
    const { rows: kept } = await sql<{ keyvalue: string }>`
      select keyvalue from billtech_info where keytype = 'gateway:former'`.execute(world.lms.db)
    expect(JSON.parse(kept[0]?.keyvalue ?? '[]')).toMatchObject([
      { id: 'https://old.example', apiKey: 'key', apiSecret: 'sekret-1' },
    ])
  })

  it('refuses a setting that does not exist, and a folder that is somebody else’s', async () => {
    const host = await hostOf(world)
    await expect(install(host, optionsOf(world, { set: { api_ulr: 'x' } }))).rejects.toThrow(
      /no setting api_ulr/,
    )
    const other = join(world.folder, 'other')
    await mkdir(join(other, 'BillGateway'), { recursive: true })
    await writeFile(join(other, 'BillGateway/theirs.php'), '<?php')
    const ini = { ...host.ini, directories: { ...host.ini.directories, pluginDir: other } }
    await expect(install({ ...host, ini }, optionsOf(world))).rejects.toThrow(/exists and is not this plugin/)
  })

  it('two at once: the second waits its turn by refusing', async () => {
    const host = await hostOf(world)
    const leased = await withLease(world.lms, 'install', () =>
      install(host, optionsOf(world)).catch((error: Error) => error.message),
    )
    expect(leased).toMatchObject({ result: expect.stringMatching(/Another install or uninstall runs/) })
  })

  it('uninstall stops while temporary payments are open, and names them', async () => {
    const around = await surroundings(world)
    const refusal = await uninstall(await hostOf(world), { ...optionsOf(world), exportTo: '/nowhere' }).catch(
      (error: unknown) => error,
    )
    expect(refusal).toBeInstanceOf(OpenTemporaryPayments)
    expect((refusal as OpenTemporaryPayments).payments).toMatchObject([
      { customerid: customer, reference_number: '20240101-000001', amount: '69.00' },
    ])
    expect(await surroundings(world)).toEqual(around)
  })

  it('uninstall refuses while a pass is under way', async () => {
    const host = await hostOf(world)
    const leased = await withLease(world.lms, 'links', () =>
      uninstall(host, { ...optionsOf(world), temporary: 'keep', exportTo: '/nowhere' }).catch(
        (error: Error) => error.message,
      ),
    )
    expect(leased).toMatchObject({ result: expect.stringMatching(/still works here \(links, /) })
  })

  it('uninstall exports, and leaves everything as it was', async () => {
    const exportTo = join(world.folder, 'export')
    const report = await uninstall(await hostOf(world), { ...optionsOf(world), temporary: 'keep', exportTo })
    expect(report.left).toEqual([])
    expect(report.temporary).toEqual({ kept: 1, removed: 0 })
    expect(await surroundings(world)).toEqual(before)
    expect(await rows()).toEqual(rowsBefore)
    expect([...(await readCatalog(world.lms)).keys()].sort()).toEqual(Object.keys(oldColumns).sort())
    const exported = await readFile(join(exportTo, 'billtech_payments.ndjson'), 'utf8')
    expect(JSON.parse(exported.trim())).toMatchObject({
      customerid: customer,
      state: 'open',
      amount: '69.00',
    })
    for (const name of await readdir(exportTo)) {
      expect(await readFile(join(exportTo, name), 'utf8')).not.toContain('sekret')
    }
    await expect(uninstall(await hostOf(world), { ...optionsOf(world), exportTo })).rejects.toThrow(
      /not installed/,
    )
  })
})

describe.each(engines)('install into an LMS without the old plugin on %s', (engine) => {
  let world: World
  beforeAll(async () => {
    world = await startLmsWorld(engine, { tables: 'none' })
    await furnish(world)
    await writeFile(join(world.folder, 'root/etc/crontab'), '')
  })
  afterAll(() => world.close())

  it('makes tables and settings, and uninstall takes all of it away but the ledger', async () => {
    const before = await surroundings(world)
    const set = { ...optionsOf(world).set, cashimport_enabled: 'false' }
    const report = await install(await hostOf(world), optionsOf(world, { set }))
    expect(new Set(report.tables.tables.map(({ was }) => was))).toEqual(new Set(['made']))
    const { settings } = await surroundings(world)
    expect(settings).toContainEqual(expect.objectContaining({ var: 'payment_expiration', value: '5' }))
    expect(settings).toContainEqual(expect.objectContaining({ var: 'plugins', value: 'BillGateway' }))
    const customer = await world.addCustomer({})
    const cash = await addOldCash(world.lms, customer)
    const kept = await addOldCash(world.lms, customer)
    const paid = await addOldPayment(world.lms, { customer, cash, token: 't', reference: '1' })
    await sql`update billtech_payments set state = 'open' where id = ${paid}`.execute(world.lms.db)
    const exportTo = join(world.folder, 'export')
    const gone = await uninstall(await hostOf(world), { ...optionsOf(world), temporary: 'remove', exportTo })
    expect(gone.temporary).toEqual({ kept: 0, removed: 1 })
    expect([...(await readCatalog(world.lms)).keys()]).toEqual([])
    expect(await surroundings(world)).toEqual(before)
    const { rows } = await sql`select id from cash where customerid = ${customer}`.execute(world.lms.db)
    expect(rows).toEqual([{ id: kept }])
  })

  it('has Composer make the class map where there is one, and mends what it leaves out', async () => {
    const composer = join(world.folder, 'bin/composer')
    await mkdir(join(composer, '..'), { recursive: true })
    const said = join(world.folder, 'said')
    await writeFile(composer, `#!/bin/sh\necho "$PWD $@" >> ${said}\n`)
    await chmod(composer, 0o755)
    const options = optionsOf(world, { path: join(world.folder, 'bin') })
    const report = await install(await hostOf(world), options)
    expect(await readFile(said, 'utf8')).toBe(
      `${world.folder} dump-autoload --no-interaction --no-scripts --no-plugins\n`,
    )
    expect((await surroundings(world)).maps[0]).toContain(
      "'BillGateway' => $baseDir . '/plugins/BillGateway/",
    )
    expect(report.steps.find(({ step }) => step === 'class map')?.done).toEqual([
      expect.stringMatching(/class map told of BillGateway by .*composer dump-autoload$/),
    ])
  })

  it('a rehearsal names the crons that it would switch off', async () => {
    const root = join(world.folder, 'root')
    await writeFile(join(root, 'etc/crontab'), crontab)
    expect(await install(await hostOf(world), optionsOf(world, { dryRun: true }))).toMatchObject({
      steps: [{ step: 'crons', done: [expect.stringContaining('2 lines of BillTech')] }],
    })
  })
})
