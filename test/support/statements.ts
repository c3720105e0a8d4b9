import type { Statement, StatementEntry, StatementEntryPage } from '@bill-gateway/contract'
import { expect } from 'vitest'
import { type Checkout, changeWays, startCheckout } from '../../gateway/src/payment/index.ts'
import { findOwnLink } from '../../gateway/src/payment-link/index.ts'
import { findProvider } from '../../gateway/src/provider/index.ts'
import { importStatement, matchStatement, viewsOfStatements } from '../../gateway/src/statement/index.ts'
import type { TestGateway } from '../../gateway/testing/gateway.ts'
import { inChunks, type StatementLine, writeMt940 } from '../../gateway/testing/statements/index.ts'
import { nrb } from './bill.ts'

export const bookedOn = '2026-11-20'
let references = 0

/** An entry of a statement, with a reference of the bank of its own. */
export function line(values: Partial<StatementLine> & { amount: bigint }): StatementLine {
  return {
    bookedOn,
    title: 'przelew',
    bankReference: `BANK${String(++references).padStart(8, '0')}`,
    ...values,
  }
}

export function fileOf(lines: readonly StatementLine[], currency = 'PLN'): Buffer {
  return Buffer.from(writeMt940({ account: nrb, currency, lines }, { separator: '~' }))
}

export function statementsOf(gateway: TestGateway) {
  const { platform, api } = gateway
  const { db } = platform
  const provider = async () => {
    const found = await findProvider(db, gateway.provider.id)
    if (!found) throw new Error('no provider')
    return found
  }
  const entries = async (query: string): Promise<StatementEntry[]> => {
    const answer = await api(`/pay/v1/statements/entries?limit=100&${query}`)
    expect(answer.status, answer.text).toBe(200)
    return (answer.body as StatementEntryPage).entries
  }
  const read = async (lines: readonly StatementLine[] | Buffer, currency?: string) => {
    const bytes = Buffer.isBuffer(lines) ? lines : fileOf(lines, currency)
    const imported = await importStatement(platform, await provider(), inChunks(bytes, 1_000), {
      source: 'command',
    })
    if (!imported) throw new Error('imported before')
    return imported
  }
  return {
    provider,
    entries,
    read,
    /** Imports a file and decides its entries, in this process. */
    async bring(lines: readonly StatementLine[] | Buffer, currency?: string): Promise<Statement> {
      const imported = await read(lines, currency)
      await matchStatement(platform, await provider(), imported.id)
      const [view] = await viewsOfStatements(db, await provider(), [imported])
      const answer = await api(`/pay/v1/statements/${view?.id}`)
      expect(answer.status, answer.text).toBe(200)
      return answer.body as Statement
    },
    /** The entries that the file was the first to bring, in its order. */
    entriesOf: ({ id }: Statement) => entries(`statement=${id}`),
    queue: () => entries('state=queue'),
    offerTransfer: async () => changeWays(db, await provider(), { transfer: 'transfer' }),
    /** The checkout of a payer who reads on our page how to transfer. */
    async transferOf(...tokens: string[]): Promise<Checkout> {
      const links = await Promise.all(tokens.map((token) => findOwnLink(db, gateway.provider.id, token)))
      const started = await startCheckout(platform, await provider(), {
        payerId: links[0]?.payerId ?? 0n,
        linkIds: links.flatMap((link) => link?.id ?? []),
        channel: 'transfer',
        formNonce: null,
        language: 'pl',
        returnUrl: (id) => `https://example.com/${id}`,
      })
      if (started.kind === 'refused') throw new Error(started.reason)
      return started.checkout
    },
    act: (id: string, act: 'match' | 'ignore' | 'undo', body?: unknown) =>
      api(`/pay/v1/statements/entries/${id}/${act}`, {
        method: 'POST',
        ...(body === undefined ? {} : { body }),
      }),
  }
}
