import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runHere as run, runJsonHere as runJson } from '../../testing/command-in-process.ts'
import { item } from '../../testing/links.ts'
import { type Payments, startPayments } from '../../testing/payments.ts'
import { confirmMoney } from '../payment/index.ts'

let world: Payments
let folder: string
let code: string
let env: Record<string, string>
const keys: string[] = []
const keyFile = () => join(folder, 'keys')
const writeKeys = (...lines: string[]) => writeFile(keyFile(), `${lines.join('\n')}\n`)

beforeAll(async () => {
  world = await startPayments()
  code = world.biller.provider.code
  folder = await mkdtemp(join(tmpdir(), 'bill-gateway-money-'))
  env = { DATABASE_URL: world.database.url, DATA_DIR: folder, ENCRYPTION_KEY_FILE: keyFile() }
  for (let count = 0; count < 2; count++) {
    const { stdout } = await run(['encryption', 'new-key'], {})
    keys.push(stdout.trim())
  }
  await writeKeys(keys[0] ?? '')
})
afterAll(async () => {
  await world.close()
  await rm(folder, { recursive: true, force: true })
})

const secrets = { crc: 'ab12cd34ef56ab78', apiKey: '0123456789abcdef0123456789abcdef' }

/** What p24 asks for. */
async function valuesFile(): Promise<string> {
  const file = join(folder, 'p24.json')
  await writeFile(
    file,
    JSON.stringify({ merchantId: '12345', posId: '12345', email: 'biuro@example.com', ...secrets }),
  )
  return file
}

const sealed = async () =>
  (await world.db.selectFrom('method_account').select('credentials').executeTakeFirst())?.credentials

describe('an account with a payment provider', () => {
  test('is connected from a file, shown without its secrets, and carries what it is told to', async () => {
    const connect = ['method', 'connect', '--provider', code, '--method', 'p24', '--channels', 'blik,bank']
    const values = ['--values-file', await valuesFile()]
    const connected = await runJson<Record<string, unknown>>([...connect, ...values], env)
    expect(connected).toMatchObject({
      method: 'p24',
      carries: ['blik', 'bank'],
      account: { collectedBy: 'provider' },
      notifyUrl: expect.stringMatching(new RegExp(`/notify/p24/${code}$`)),
    })
    const list = await run(['method', 'list', '--provider', code], env)
    expect(list.stdout).toMatch(/^p24 +ready +blik,bank/m)
    for (const secret of Object.values(secrets)) {
      expect(JSON.stringify(connected) + list.stdout).not.toContain(secret)
      expect((await sealed())?.includes(secret)).toBe(false)
    }
  })

  test('takes no secret out of the arguments, and names what is missing without its value', async () => {
    const connect = ['method', 'connect', '--provider', code, '--method', 'p24']
    const told = await run([...connect, '--set', `crc=${secrets.crc}`], env)
    expect(told).toMatchObject({ status: 1, stderr: expect.stringContaining('--set crc=@FILE') })
    const missing = await run([...connect, '--set', 'merchantId=nonsense 7'], env)
    expect(missing.status).toBe(1)
    expect(missing.stderr).toMatch(/merchantId: /i)
    expect(missing.stderr).not.toContain('nonsense 7')
    expect((await run([...connect, '--set', 'crc'], env)).stderr).toContain('name=value')
    const broken = join(folder, 'broken.json')
    await writeFile(broken, `{"crc": "${secrets.crc}"`)
    const unread = await run([...connect, '--values-file', broken], env)
    expect(unread.stderr).toMatch(/is no JSON object of texts\.\n$/)
    expect(unread.stderr).not.toContain(secrets.crc)
  })

  test('gives its ways away and takes them back', async () => {
    const ways = ['method', 'ways', '--provider', code]
    expect(await runJson([...ways, '--transfer', 'transfer', '--bank', ''], env)).toEqual({
      blik: 'p24',
      transfer: 'transfer',
    })
    expect(await runJson(ways, env)).toEqual({ blik: 'p24', transfer: 'transfer' })
    const refused = await run([...ways, '--blik', 'transfer', '--card', 'payu', '--bank', 'nobody'], env)
    expect(refused.stderr).toBe(
      'Transfer has no blik.\nNobody is no method of this provider.\n' +
        'Payu is not connected: run "bill-gateway method connect" first.\n',
    )
  })

  test('is taken away only when nothing is open there, or by force', async () => {
    await world.db
      .updateTable('checkout')
      .set({ method: 'p24' })
      .where('id', '=', (await startedCheckout()).id)
      .execute()
    const disconnect = ['method', 'disconnect', '--provider', code, '--method', 'p24']
    const refused = await run(disconnect, env)
    expect(refused.stderr).toMatch(/^1 checkouts and 0 refunds are open at p24\./)
    expect(await sealed()).toBeDefined()
    expect(await runJson([...disconnect, '--force'], env)).toEqual({ disconnected: 'p24' })
    expect(await sealed()).toBeUndefined()
    expect((await run(disconnect, env)).status).toBe(1)
    const strange = await run(['method', 'test', '--provider', code, '--method', 'nobody'], env)
    expect(strange.stderr).toMatch(/^nobody is no method of .*These are: sandbox, /)
  })
})

async function startedCheckout() {
  return world.started([await world.link()], { channel: 'bank' })
}

describe('encryption', () => {
  test('moves every secret to the first key; without its key a secret is named as lost', async () => {
    const connect = ['method', 'connect', '--provider', code, '--method', 'p24']
    await runJson([...connect, '--values-file', await valuesFile()], env)
    const before = await sealed()
    const [first = '', second = ''] = keys
    await writeKeys(second, first)
    expect(await runJson(['encryption', 'rotate'], env)).toMatchObject({ resealed: 1, lost: [] })
    expect(await runJson(['encryption', 'rotate'], env)).toMatchObject({ resealed: 0, lost: [] })
    expect(before && (await sealed())?.equals(before)).toBe(false)
    await writeKeys(second)
    expect((await run(['doctor', '--check', 'secrets'], env)).stdout).toContain('every sealed secret opens')
    await writeKeys(first)
    const lost = await run(['encryption', 'rotate'], env)
    expect(lost).toMatchObject({ status: 1, stdout: expect.stringContaining(`p24 of ${code}`) })
    expect((await run(['doctor', '--check', 'secrets'], env)).stdout).toContain(`p24 of ${code}`)
    await writeKeys(second, first)
  })

  test('without a key says what to do', async () => {
    const { ENCRYPTION_KEY_FILE: _, ...without } = env
    const { status, stderr } = await run(['encryption', 'rotate'], without)
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('new-key') })
  })
})

describe('refunds', () => {
  test('are ordered by the payment or its reference number, and listed', async () => {
    const link = await world.link({ ...item({ amount: 100 }) })
    const sandboxed = JSON.stringify({})
    await world.db.updateTable('provider').set({ ways: sandboxed }).where('code', '=', code).execute()
    const paid = await world.api(`/pay/v1/test/payments/${link.token}/pay`, { scope: 'link' })
    const { paymentId, referenceNumber } = paid.body
    const create = ['refund', 'create', '--provider', code]
    const first = await runJson<{ id: string }>(
      [...create, '--payment', paymentId, '--amount', '30.5', '--reason', 'KOR 1'],
      env,
    )
    expect(first).toMatchObject({ status: 'pending', amount: 30.5, reason: 'KOR 1' })
    const byHand = await run([...create, '--payment', referenceNumber, '--manual'], env)
    expect(byHand.stdout).toMatch(/^Ordered the refund re_\w{20} of 69\.50 PLN: succeeded\.\n$/)
    expect((await world.reread(link.token)).refundedAmount).toBe(6_950n)
    const all = ['refund', 'list', '--provider', code]
    expect(await runJson([...all, '--status', 'pending'], env)).toMatchObject([{ id: first.id }])
    expect((await run(all, env)).stdout).toMatch(/re_\w{20} +refund +succeeded, manual +69\.50 PLN/)
    const more = await run([...create, '--payment', paymentId], env)
    expect(more.stderr).toBe('Nothing is left to refund.\n')
    const odd = await run([...create, '--payment', 'x', '--amount', '1.005'], env)
    expect(odd).toMatchObject({ status: 1, stderr: expect.stringContaining('such as 23.45') })
    expect((await run([...create, '--payment', 'pay_none'], env)).stderr).toMatch(
      /^There is no payment pay_none/,
    )
    const { rows } = await sql`select count(*) from refund`.execute(world.db)
    expect(rows).toEqual([{ count: 2n }])
  })
})

describe('what waits for a person', () => {
  test('is listed, and closed with a note', async () => {
    const link = await world.link({ ...item({ amount: 22 }) })
    const checkout = await world.started([link], { channel: 'bank' })
    const euros = { methodPaymentId: 'euros-1', amount: 2_200n, currency: 'EUR', paidAt: new Date() }
    await confirmMoney(world.platform, world.biller.provider, checkout, euros)
    const list = ['review', 'list', '--provider', code]
    const [waiting] = await runJson<{ id: string; kind: string }[]>(list, env)
    expect(waiting).toMatchObject({ kind: 'wrong-currency', details: { confirmed: '22.00 EUR' } })
    expect((await run(list, env)).stdout).toMatch(/wrong-currency +euros-1 .*asked 22\.00 PLN/)
    const close = ['review', 'close', '--provider', code, '--note', 'given back in the panel']
    expect((await run([...close, 'seven'], env)).stderr).toMatch(/^seven is no id of a review/)
    expect((await run([...close, '999999'], env)).stderr).toMatch(/^There is no review 999999/)
    const closed = await run([...close, String(waiting?.id)], env)
    expect(closed.stdout).toBe(`Closed review ${waiting?.id} (wrong-currency): given back in the panel\n`)
    expect((await run(list, env)).stdout).toBe('Nothing waits.\n')
    expect((await run([...list, '--all'], env)).stdout).toContain('given back in the panel')
    expect(await world.checkout(checkout.publicId)).toMatchObject({ status: 'expired' })
  })
})
