import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Links, nrb, startLinks } from '../../testing/links.ts'
import { findLinkByToken } from './index.ts'

let world: Links
beforeAll(async () => {
  world = await startLinks()
})
afterAll(() => world.close())

const characters = (set: string) => fc.constantFrom(...set)
const latin = 'aZ09-,. \u00c0żółćŁÿ\u02c0'
const name = fc.string({ unit: characters(latin), maxLength: 100 })
const title = fc
  .string({ unit: characters(`${latin}#&_/'`), minLength: 1, maxLength: 105 })
  .filter((text) => text.trim() !== '')
const printable = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .filter((text) => [...text.normalize('NFC')].length <= 100 && /^(?=.*\S)[^\p{Cc}\p{Cs}]*$/u.test(text))
const id = fc.oneof(printable, fc.maxSafeInteger())
const absent = fc.constantFrom(undefined, null, '')
const item = fc.record({
  userId: id,
  amount: fc.integer({ min: 1, max: 999_999_999 }).map((minorUnits) => minorUnits / 100),
  nrb: fc.constantFrom(nrb, `PL${nrb}`, nrb.replace(/(.{4})/g, '$1 ')),
  title,
  paymentDue: fc
    .date({ min: new Date('1900-01-01'), max: new Date('2999-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
  name: fc.oneof(name, absent),
  surname: fc.oneof(name, absent),
  email: fc.oneof(fc.constant('jan@example.com'), absent),
  operationId: fc.oneof(id, absent),
  recipient: fc.oneof(
    fc.record({ id, name: fc.string({ unit: characters('aż9'), minLength: 1, maxLength: 35 }) }),
    absent,
  ),
})
const pairOf = ({ userId, operationId }: { userId: unknown; operationId: unknown }) =>
  operationId === null || operationId === undefined || operationId === ''
    ? Symbol('no pair')
    : JSON.stringify([userId, operationId].map((part) => String(part).normalize('NFC')))
const request = fc.uniqueArray(item, { minLength: 1, maxLength: 8, selector: pairOf })

const kept = (value: unknown) =>
  value === undefined || value === null || value === '' ? null : String(value).normalize('NFC')
/** Everything that a refused request could have changed. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256')
  for (const table of [
    'payer',
    'payment_link',
    'link_token',
    'short_link',
    'event',
    'idempotent_answer',
    'api_key',
  ]) {
    const { rows } =
      await sql`select ${sql.table(table)}::text as row from ${sql.table(table)} order by 1`.execute(world.db)
    hash.update(JSON.stringify(rows))
  }
  return hash.digest('hex')
}

describe('any right request', () => {
  it('is stored as it was sent', async () => {
    await fc.assert(
      fc.asyncProperty(request, async (items) => {
        const answer = await world.create(items)
        expect(answer.status, answer.text).toBe(201)
        for (const [index, sent] of items.entries()) {
          const link = answer.body.links[index]
          const names = kept(sent.name) !== null && kept(sent.surname) !== null
          expect('shortLink' in link).toBe(names)
          expect(await findLinkByToken(world.db, link.token)).toMatchObject({
            userId: kept(sent.userId),
            operationId: kept(sent.operationId),
            askedAmount: BigInt(Math.round(sent.amount * 100)),
            nrb,
            title: sent.title.normalize('NFC'),
            paymentDue: sent.paymentDue,
            name: kept(sent.name),
            surname: kept(sent.surname),
            email: kept(sent.email),
            recipientName: sent.recipient ? sent.recipient.name.normalize('NFC') : null,
          })
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('any refused request', () => {
  const wrong = fc.oneof(
    fc.record({
      field: fc.constantFrom('userId', 'amount', 'title', 'paymentDue'),
      value: fc.constantFrom(undefined, null, '', true, [], {}),
    }),
    fc.record({
      field: fc.constantFrom('name', 'surname', 'email'),
      value: fc.constantFrom('<', 5, '\u0000', 'x'.repeat(300)),
    }),
    fc.record({ field: fc.constant('nrb'), value: fc.constantFrom('', 'x', '1'.repeat(26), 5) }),
    fc.record({ field: fc.constant('amount'), value: fc.constantFrom(0, -1, 0.001, 1e7, '1') }),
  )

  it('names the bad field and changes nothing', async () => {
    await world.createOne()
    await fc.assert(
      fc.asyncProperty(request, wrong, fc.nat(), async (items, { field, value }, place) => {
        const before = await fingerprint()
        const index = place % items.length
        const broken = items.map((sent, at) => (at === index ? { ...sent, [field]: value } : sent))
        const answer = await world.create(broken, { 'idempotency-key': 'refused' })
        expect(answer.status).toBe(400)
        expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toContain(
          `/payments/${index}/${field}`,
        )
        expect(await fingerprint()).toBe(before)
      }),
      { numRuns: 60 },
    )
  })
})
