import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withLease } from '../../connector/src/store/index.ts'
import { type FakeGateway, startFakeGateway } from '../../connector/testing/fake-gateway.ts'
import { engines, startLmsWorld, type World } from '../../connector/testing/index.ts'
import { furnish } from './install/installation.ts'
import { ensureBuilt, run, runJson, start } from './support/command-line.ts'

interface Findings {
  ok: boolean
  findings: { level: string; code: string; says: string; mend: string; pl: { says: string; mend: string } }[]
}

describe.each(engines)('the command line on %s', (engine) => {
  let world: World
  let gateway: FakeGateway
  let customer: number
  const ini = () => ['--lms-ini', world.ini]

  beforeAll(async () => {
    await ensureBuilt()
    world = await startLmsWorld(engine, { tables: 'none' })
    gateway = await startFakeGateway()
    await furnish(world)
    customer = await world.addCustomer({})
    await world.addInvoice({ customerId: customer, lines: ['50.00', '19.00'] })
  })
  afterAll(async () => {
    await gateway.close()
    await world.close()
  })

  it('before the installation every command says that it comes first', async () => {
    for (const command of ['update-links', 'update-payments', 'clear-logs', 'watch']) {
      const { status, stderr } = await run([command, ...ini()])
      expect([command, status, stderr]).toEqual([
        command,
        1,
        expect.stringMatching(/"bill-gateway-lms install" first/),
      ])
    }
    const doctor = await runJson<Findings>(['doctor', ...ini()])
    expect(doctor.status).toBe(1)
    expect(doctor.findings.map(({ code }) => code)).toContain('tables_missing')
  })

  it('install, by the command, rehearsed first', async () => {
    const settings = {
      ...{
        api_url: gateway.url,
        api_key: gateway.credentials.apiKey,
        api_secret: gateway.credentials.apiSecret,
      },
      ...{ isp_id: 'netix', allow_test: 'true', cashimport_enabled: 'false' },
      bridge_socket: join(world.folder, 'run/bridge.sock'),
      bridge_secret_file: join(world.folder, 'bridge.secret'),
    }
    const set = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`])
    const group = await groupName()
    const args = ['install', ...ini(), ...set, '--composer', 'entries', '--web-group', group]
    const rehearsal = await run([...args, '--dry-run'])
    expect(rehearsal).toMatchObject({ status: 0, stderr: '' })
    expect(rehearsal.stdout).toMatch(/nothing was changed\.\n/)
    expect(rehearsal.stdout).toContain('billtech.api_secret set to (not shown)')
    const done = await run(args)
    expect(done).toMatchObject({ status: 0, stderr: '' })
    expect(done.stdout.split('\n')[0]).toBe('Installed.')
    expect(await run(args)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^Everything is in place/),
    })
  })

  it('passes answer in JSON, and log one line otherwise', async () => {
    const links = await runJson<{ done: boolean; made: number }>(['update-links', ...ini()])
    expect(links).toMatchObject({ status: 0, done: true, made: 1 })
    const [link] = gateway.book.active(String(customer))
    gateway.book.pay(link?.token ?? '')
    const payments = await run(['update-payments', ...ini()])
    expect(payments).toMatchObject({ status: 0, stderr: '' })
    expect(payments.stdout).toMatch(
      /^\d{4}-\d\d-\d\dT\S+\+0[12]:00 info {2}pass ended pass=payments .*"booked":1/,
    )
    expect(await world.balanceOf(customer)).toBe(0n)
    const nothing = await runJson<{ made: number; cancelled: number }>([
      'update-links',
      ...ini(),
      '--customer',
      String(customer),
    ])
    expect(nothing).toMatchObject({ status: 0, made: 0 })
  })

  it('a pass that another process is at ends with 0 and says whose it is', async () => {
    const held = await withLease(world.lms, 'links', () => run(['update-links', ...ini()]))
    expect(held).toMatchObject({
      result: { status: 0, stdout: expect.stringMatching(/another process is at it pass=links holder=/) },
    })
    const inJson = await withLease(world.lms, 'payments', () => runJson(['update-payments', ...ini()]))
    expect(inJson).toMatchObject({ result: { status: 0, done: false, holder: expect.any(String) } })
  })

  it('a failed pass ends with 1 and says why in one sentence; doctor repeats it', async () => {
    await gateway.stop()
    try {
      const links = await run(['update-links', ...ini()])
      expect(links.status).toBe(1)
      const doctor = await runJson<Findings>(['doctor', ...ini()])
      const codes = doctor.findings.map(({ code }) => code)
      expect(codes).toEqual(expect.arrayContaining(['gateway_unreachable', 'pass_failed:update-links']))
    } finally {
      await gateway.start()
    }
    expect(await run(['update-links', ...ini()])).toMatchObject({ status: 0 })
  })

  it('defect 42: clear-logs deletes old rows of every kind, and old day files', async () => {
    const old = (await world.now()) - 91 * 86_400
    for (const type of ['SYNC_SUCCESS', 'SYNC_ERROR', 'ANYTHING']) {
      await sql`insert into billtech_log (cdate, type, description) values (${old}, ${type}, 'x'),
        (${old + 2 * 86_400}, ${type}, 'x')`.execute(world.lms.db)
    }
    const logs = join(world.folder, 'logs')
    await mkdir(logs, { recursive: true })
    for (const name of ['20200101-update-links.log', '20200101-update-links.log.1.gz', 'other.log']) {
      await writeFile(join(logs, name), '')
    }
    const { status, stdout } = await run(['clear-logs', ...ini(), '--json', '--log-dir', logs])
    expect([status, JSON.parse(stdout)]).toMatchObject([0, { done: true, rows: 3 }])
    const { rows } = await sql<{ n: number }>`select count(*) as n from billtech_log`.execute(world.lms.db)
    expect(rows).toEqual([{ n: 3 }])
    expect((await readdir(logs)).filter((name) => !/^\d{8}-clear-logs\.log$/.test(name))).toEqual([
      'other.log',
    ])
  })

  it('day files: one a day and command, with the time in each line', async () => {
    const logs = join(world.folder, 'days')
    const { stdout } = await run(['update-payments', ...ini(), '--log-dir', logs, '--log-format', 'json'])
    expect(stdout).toBe('')
    const [file = ''] = await readdir(logs)
    expect(file).toMatch(/^\d{8}-update-payments\.log$/)
    const line: unknown = JSON.parse((await readFile(join(logs, file), 'utf8')).trim())
    expect(line).toMatchObject({
      level: 'info',
      time: expect.stringMatching(/T.*\+0[12]:00$/),
      name: 'update-payments',
    })
  })

  it('an unknown command, option or setting is answered with what there is', async () => {
    expect(await run(['update-link'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/Did you mean update-links/),
    })
    expect(await run(['doctor', '--fast'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/doctor --help/),
    })
    expect(await run(['install', ...ini(), '--set', 'api_ulr=x'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/no setting api_ulr/),
    })
    expect(await run(['doctor', '--lms-ini', '/nowhere/lms.ini'])).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/--lms-ini/),
    })
  })

  it('watch ends in good order; uninstall then takes all of it out', async () => {
    const watching = start(['watch', ...ini()])
    await watching.says(/bridge: listening/)
    const { status } = await watching.end('SIGTERM')
    expect(status).toBe(0)
    const args = ['uninstall', ...ini(), '--export', join(world.folder, 'out'), '--composer', 'entries']
    const open = await run(args)
    expect(open).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/1 temporary payments are open.*\n {2}payment \d+: customer/s),
    })
    const done = await run([...args, '--temporary', 'remove'])
    expect(done).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Uninstalled\.\n/) })
    expect(await world.balanceOf(customer)).toBe(-6900n)
  })
})

/** A group that this process may give files to. */
async function groupName(): Promise<string> {
  const lines = (await readFile('/etc/group', 'utf8')).split('\n').map((line) => line.split(':'))
  return lines.find(([, , gid]) => Number(gid) === process.getgid?.())?.[0] ?? 'root'
}
