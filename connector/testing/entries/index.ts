import type { Lms } from '../../src/platform/index.ts'
import * as customers from './customers.ts'
import { type Desk, now } from './desk.ts'
import * as documents from './documents.ts'
import * as money from './money.ts'

export type { NewCustomer, NewDivision } from './customers.ts'
export type { AddedInvoice, NewInvoice } from './documents.ts'
export type { NewCash, NewStatement } from './money.ts'

export type Entries = ReturnType<typeof entriesOf>

/** What LMS and its operators would write, each as one line of a test. */
export function entriesOf(lms: Lms) {
  let number = 0
  const desk: Desk = { lms, division: null, next: () => ++number }
  const at =
    <A extends unknown[], R>(work: (desk: Desk, ...rest: A) => R) =>
    (...rest: A) =>
      work(desk, ...rest)
  const setSetting = at(money.setSetting)
  return {
    addProvider: at(customers.addProvider),
    addDivision: at(customers.addDivision),
    addCustomer: at(customers.addCustomer),
    addContact: at(customers.addContact),
    addNode: at(customers.addNode),
    block: at(customers.block),
    addInvoice: at(documents.addInvoice),
    editInvoice: at(documents.editInvoice),
    cancelDocument: at(documents.cancelDocument),
    deleteDocument: at(documents.deleteDocument),
    addCash: at(money.addCash),
    addStatement: at(money.addStatement),
    bookStatement: at(money.bookStatement),
    setSetting,
    enablePlugin: () => setSetting('phpui.plugins', 'BillGateway'),
    disablePlugin: () => setSetting('phpui.plugins', ''),
    balanceOf: at(money.balanceOf),
    cachedBalances: at(money.cachedBalances),
    now: at(now),
  }
}
