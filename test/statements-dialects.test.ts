import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from '../gateway/testing/gateway.ts'
import { encode, type StatementLine, writeCamt053, writeMt940 } from '../gateway/testing/statements/index.ts'
import { createLink, nrb, otherNrb, search } from './support/bill.ts'
import { expectSoundBooks } from './support/books.ts'
import { line, statementsOf } from './support/statements.ts'

let gateway: TestGateway
let bank: ReturnType<typeof statementsOf>
beforeAll(async () => {
  gateway = await startTestGateway({ worker: false })
  bank = statementsOf(gateway)
  await bank.offerTransfer()
})
afterAll(async () => {
  if (gateway) await expectSoundBooks(gateway.platform.db)
  await gateway?.close()
})

type Write = (lines: StatementLine[]) => string
const subfields = (['~', '<', '^', '?', '>', '+', 'mbank'] as const).map((separator): [string, Write] => [
  `MT940 ${separator}`,
  (lines) => writeMt940({ account: nrb, lines }, { separator, width: 65 }),
])
const camt = (['02', '08'] as const).flatMap((version): [string, Write][] => [
  [`camt.053 ${version}`, (lines) => writeCamt053({ account: nrb, lines }, { version })],
  [
    `camt.053 ${version}, a batch`,
    (lines) => writeCamt053({ account: nrb, lines }, { version, batch: true }),
  ],
])

describe.each([...subfields, ...camt])('%s', (_name, write) => {
  it('with the reference cut in two, and twins: each transfer once, in every encoding', async () => {
    const { token } = await createLink(gateway.api, { amount: 40 })
    const { referenceNumber } = await bank.transferOf(token)
    const person = { name: 'Żółcik Łukasz', counterparty: otherNrb }
    // A subfield of 27 characters and a line of 65 end inside the number.
    const title = `Zapłata za usługi ref ${referenceNumber} ID 7`
    const twin = {
      ...person,
      amount: 1500n,
      title: `składka ${token.slice(-6)}`,
      bankReference: undefined as never,
    }
    const lines = [line({ ...person, amount: 4000n, title }), line(twin), line(twin)]
    const files = ['utf-8', 'windows-1250', 'iso-8859-2'].map((encoding) =>
      encode(write(lines).replace('UTF-8', encoding), encoding),
    )
    const found = await bank.entriesOf(await bank.bring(files[0] ?? Buffer.alloc(0)))
    expect(found.map(({ state, rule }) => [state, rule])).toEqual([
      ['matched', 'reference'],
      ['unknown', null],
      ['unknown', null],
    ])
    expect(found[0]).toMatchObject({ counterpartyName: 'Żółcik Łukasz', counterpartyAccount: otherNrb })
    for (const again of files)
      expect(await bank.bring(again)).toMatchObject({ entriesNew: 0, entriesKnown: 3 })
    const rows = (await search(gateway.api)).filter((row) => row.token === token)
    expect(rows).toMatchObject([{ amount: 40, referenceNumber }])
  })
})
