import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureBuilt, run, runJson } from '../../testing/command-line.ts'
import { type MailServer, startMailServer } from '../../testing/mail-server.ts'
import { readElixir, readPain } from '../../testing/payment-files.ts'
import { type Payments, startPayments } from '../../testing/payments.ts'
import { oneAccount } from '../../testing/settlements.ts'
import { settlementListener } from '../settlement/index.ts'

let world: Payments
let smtp: MailServer
let folder: string
let env: Record<string, string>
let code: string

beforeAll(async () => {
  await ensureBuilt()
  world = await startPayments()
  smtp = await startMailServer()
  folder = await mkdtemp(join(tmpdir(), 'bill-gateway-settlement-'))
  env = {
    DATABASE_URL: world.database.url,
    DATA_DIR: folder,
    SMTP_URL: smtp.url,
    MAIL_FROM: 'pay@gateway.example',
  }
  code = world.biller.provider.code
  const [link] = await world.links([{ amount: 100 }])
  await world.api(`/pay/v1/test/payments/${link?.token}/pay`, { scope: 'link' })
}, 300_000)
afterAll(async () => {
  await world.close()
  await smtp.close()
  await rm(folder, { recursive: true, force: true })
})

const account = ['--account', '61 1090 1014 0000 0712 1981 2874', '--name', 'Operator Sp. z o.o.']

test('a run from what is due to what the bank has paid', async () => {
  expect((await run(['settlement', 'due', '--test'], env)).stdout).toContain('100.00 PLN')
  const unsaid = await run(['settlement', 'run', '--test'], env)
  expect(unsaid).toMatchObject({ status: 1, stdout: '' })
  expect(unsaid.stderr).toMatch(/26 digits/)

  const made = await runJson<{ id: string; amount: string }>(['settlement', 'run', '--test', ...account], env)
  expect(made.amount).toBe('10000')
  expect(await runJson(['settlement', 'run', '--test'], env)).toBeNull()

  const file = join(folder, 'run.xml')
  const written = await run(['settlement', 'file', made.id, '--out', file], env)
  expect(written.stdout).toContain(`bill-gateway settlement uploaded ${made.id}`)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(readPain(await readFile(file))).toMatchObject([{ amount: 10_000n, payee: 'NETIX' }])
  const elixir = await run(['settlement', 'file', made.id, '--format', 'elixir-0', '--bare-fields'], env)
  expect(readElixir(Buffer.from(elixir.stdout), 'latin1')).toMatchObject([{ amount: 10_000n }])

  expect((await run(['settlement', 'uploaded', made.id], env)).stdout).toMatch(/State +uploaded/)
  const late = await run(['settlement', 'cancel', made.id], env)
  expect([late.status, late.stderr]).toEqual([
    1,
    `Run ${made.id} is uploaded and cannot be cancelled any more.\n`,
  ])
  expect((await run(['settlement', 'close', made.id], env)).stdout).toMatch(/State +closed/)
  expect((await run(['settlement', 'list'], env)).stdout).toMatch(/closed +1 +100\.00 PLN +0/)
  expect((await run(['settlement', 'show', made.id], env)).stdout).toMatch(/100\.00 PLN +seen/)
  const report = await run(['settlement', 'report', '--provider', code], env)
  expect(report.stdout).toMatch(
    new RegExp(`${code} +sandbox +operator +100\\.00 PLN.*100\\.00 PLN\\n\\nHeld .*: nothing`),
  )
  expect((await run(['settlement', 'show', '999'], env)).stderr).toContain('There is no run 999')
}, 300_000)

test('a cancelled run that a bank statement shows is told of until somebody says what happened', async () => {
  const [link] = await world.links([{ amount: 30 }])
  const paid = await world.api(`/pay/v1/test/payments/${link?.token}/pay`, { scope: 'link' })
  const made = await runJson<{ id: string }>(['settlement', 'run', '--test', ...account], env)
  await runJson(['settlement', 'cancel', made.id], env)
  const doctor = () => run(['doctor', '--check', 'settlements'], env)
  expect(await doctor()).toMatchObject({ status: 0 })
  const entry = {
    entryId: 1n,
    direction: 'credit' as const,
    amount: 3_000n,
    currency: 'PLN',
    paymentId: null,
  }
  const { referenceNumber } = paid.body
  const whose = { account: oneAccount, counterpartyAccount: null, bookedOn: '2026-11-23', referenceNumber }
  await settlementListener.seen(world.platform, world.biller.provider, [{ ...entry, ...whose }])
  expect((await run(['settlement', 'list'], env)).stdout).toMatch(/cancelled, but paid +1 +30\.00 PLN/)
  expect((await run(['settlement', 'show', made.id], env)).stdout).toMatch(
    /30\.00 PLN +paid though cancelled/,
  )
  const found = await doctor()
  expect(found).toMatchObject({ status: 1, stdout: expect.stringContaining(`cancelled runs: ${made.id}`) })
  expect((await run(['settlement', 'uploaded', made.id], env)).stdout).toMatch(/State +closed/)
  expect(await doctor()).toMatchObject({ status: 0 })
}, 300_000)

test('a mail to try with, and an address that is bad', async () => {
  const sent = await run(['mail', 'test', 'me@example.com', '--provider', code], env)
  expect(sent).toMatchObject({ status: 0, stdout: 'The mail server took the mail.\n' })
  expect(smtp.messages[0]).toMatchObject({ from: 'pay@gateway.example', to: ['me@example.com'] })
  smtp.refuse.push({ to: 'RCPT', code: 550, text: '5.1.1 me@example.com unknown' })
  const refused = await run(['mail', 'test', 'me@example.com', '--provider', code], env)
  expect([refused.status, refused.stderr]).toEqual([
    1,
    'The mail server of SMTP_URL did not take the mail (RCPT 550 5.1.1).\n',
  ])
  const without = await run(['mail', 'test', 'me@example.com', '--provider', code], { ...env, SMTP_URL: '' })
  expect(without.stderr).toContain('set SMTP_URL and MAIL_FROM')

  expect((await run(['mail', 'refuse', 'nobody', '--provider', code], env)).status).toBe(1)
  await runJson(['mail', 'refuse', 'me@example.com', '--provider', code], env)
  expect(await runJson(['mail', 'allow', 'Me@example.com', '--provider', code], env)).toEqual({
    allowed: true,
  })
  expect(await runJson(['mail', 'allow', 'me@example.com', '--provider', code], env)).toEqual({
    allowed: false,
  })
  expect(await runJson(['mail', 'list', '--provider', code], env)).toEqual([])
}, 300_000)
