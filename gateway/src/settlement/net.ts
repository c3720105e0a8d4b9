/** What of one payment is for one account and was not settled yet. Amounts are minor units. */
export interface Due {
  providerId: number
  paymentId: bigint
  nrb: string
  /** Not zero. Below zero: money that was settled and given back since, a debt of the provider. */
  due: bigint
  referenceNumber: string
  title: string
  payeeName: string
}

export interface NettedDue extends Due {
  /** What a transfer carries of it: at most due, and zero for a debt. */
  amount: bigint
}

export interface Netted {
  items: NettedDue[]
  /** What is left for a later run: accounts of which the debts are as large as what is due. */
  carried: Due[]
}

/**
 * Sets each account's debts against what is due to it. Debts are taken out of the largest transfers, so that as
 * few as possible differ from their payment. Where an account owes as much as it is due, or more, nothing of it
 * is settled: all of it is carried over.
 *
 * @param dues each payment and account once
 */
export function net(dues: readonly Due[]): Netted {
  const accounts = new Map<string, Due[]>()
  for (const due of dues) {
    const account = `${due.providerId} ${due.nrb}`
    const known = accounts.get(account)
    if (known) known.push(due)
    else accounts.set(account, [due])
  }
  const netted: Netted = { items: [], carried: [] }
  for (const account of accounts.values()) {
    if (account.reduce((sum, { due }) => sum + due, 0n) > 0n) netted.items.push(...nettedAccount(account))
    else netted.carried.push(...account)
  }
  return netted
}

function nettedAccount(account: readonly Due[]): NettedDue[] {
  let debt = account.reduce((sum, { due }) => (due < 0n ? sum - due : sum), 0n)
  const amounts = new Map<Due, bigint>()
  for (const each of [...account].sort(largestFirst)) {
    const offered = each.due > 0n ? each.due : 0n
    const taken = offered < debt ? offered : debt
    debt -= taken
    amounts.set(each, offered - taken)
  }
  return account.map((each) => ({ ...each, amount: amounts.get(each) ?? 0n }))
}

function largestFirst(a: Due, b: Due): number {
  if (a.due !== b.due) return a.due > b.due ? -1 : 1
  return a.paymentId < b.paymentId ? -1 : 1
}
