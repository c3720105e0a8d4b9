import {
  drawMessage,
  drawPaidBefore,
  drawPayment,
  drawReceipt,
  drawSandbox,
  drawTransfer,
  drawWaiting,
} from '../draw.tsx'
import {
  brokenMessage,
  cancelledMessage,
  disabledMessage,
  limitedMessage,
  methodMessage,
  noTransferMessage,
  notFoundMessage,
  revokedMessage,
  unknownMessage,
} from '../messages.ts'
import type { Frame } from '../render.tsx'
import { speechOf } from '../speech.ts'
import type { Biller, PaymentPage, Receipt, TransferPage, Waiting } from '../views/models.ts'
import {
  banks,
  bill,
  longName,
  longTitle,
  netix,
  now,
  overdue,
  payment,
  receipt,
  transfer,
  transfers,
  waiting,
} from './world.ts'

export interface State {
  biller: Biller | null
  draw(frame: Frame): string | Buffer
}

const pay = (changes: Partial<PaymentPage> = {}, biller: Biller = netix): State => ({
  biller,
  draw: (frame) => drawPayment(frame, payment(changes)),
})
const move = (changes: Partial<TransferPage> = {}, biller: Biller = netix): State => ({
  biller,
  draw: (frame) => drawTransfer(frame, transfers(changes)),
})
const wait = (changes: Partial<Waiting>): State => ({
  biller: netix,
  draw: (frame) =>
    drawWaiting(frame, waiting({ channel: 'bank', state: 'created', events: null, ...changes })),
})
const got = (changes: Partial<Receipt> = {}, biller: Biller = netix): State => ({
  biller,
  draw: (frame) => drawReceipt(frame, receipt(changes)),
})
const test = { ...netix, test: true }
const money = (minorUnits: bigint) => speechOf('pl').money(minorUnits, 'PLN')
const others = { ...bill(), chosen: false }

/** Every state of every page that a payer can meet, by name. */
export const states: Record<string, State> = {
  'one-bill': pay(),
  'several-bills': pay({ bills: [{ ...overdue, chosen: false }, bill()] }),
  balance: pay({ bills: [overdue, bill()] }),
  'many-bills': pay({
    bills: Array.from({ length: 7 }, (_, index) =>
      bill({ key: `b${index}`, title: `FV ${index + 1}/2026`, chosen: index < 3 }),
    ),
  }),
  'no-bill-chosen': pay({
    bills: [{ ...overdue, chosen: false }, others],
    problems: [{ field: 'bills', text: 'error.bills' }],
  }),
  overdue: pay({ bills: [overdue] }),
  'due-today': pay({ bills: [bill({ due: '2026-11-22' })] }),
  'partly-paid': pay({ bills: [bill({ amount: 7345n, askedAmount: 12345n })] }),
  'partly-paid-several': pay({ bills: [overdue, bill({ amount: 7345n, askedAmount: 12345n })] }),
  'one-being-checked': pay({ bills: [{ ...overdue, chosen: false, processing: true }, bill()] }),
  'blik-open': pay({ blikCode: '777 123' }),
  'bank-open': pay({ channel: 'bank' }),
  'bank-choice': pay({ channel: 'bank', banks }),
  'bank-gone': pay({ channel: 'bank', banks, problems: [{ field: 'bank', text: 'error.bank' }] }),
  'card-open': pay({ channel: 'card' }),
  'transfer-open': pay({ channels: ['blik', 'bank', 'card', 'transfer'], channel: 'transfer' }),
  'wrong-code': pay({ blikCode: '777 12', problems: [{ field: 'blik', text: 'error.blikDigits' }] }),
  'page-stale': pay({ blikCode: '777 123', problems: [{ text: 'error.stale' }] }),
  'amount-changed': pay({ problems: [{ text: 'error.changed', values: { amount: money(12345n) } }] }),
  'on-its-way': pay({ notices: [{ tone: 'warn', text: 'notice.onItsWay', values: { who: netix.name } }] }),
  'transfer-sent': pay({
    notices: [
      {
        tone: 'info',
        text: 'notice.transfer',
        values: { day: '20 listopada 2026' },
        link: { text: 'transfer.button', href: '/checkout/co_1_abc' },
      },
    ],
  }),
  'unknown-app': pay({ notices: [{ tone: 'info', text: 'notice.connect' }] }),
  'test-mode': pay({ blikHint: '777 123' }, test),
  'manual-transfer': pay({ channels: [], bills: [overdue, bill()] }),
  'manual-two-accounts': pay({
    channels: [],
    bills: [overdue, bill({ account: '61109010140000071219812874', payee: 'NETIX Oddział Kraków' })],
  }),
  'coloured-provider': pay({}, { ...netix, theme: '/brand/netix/theme.css' }),
  'long-names': pay(
    { bills: [bill({ title: longTitle, payee: longName })] },
    {
      ...netix,
      name: longName,
      address: 'ul. Marszałka Józefa Piłsudskiego 124/126 lok. 1234, 78-500 Drawsko Pomorskie',
    },
  ),
  'amount-0.01': pay({ bills: [bill({ amount: 1n })] }),
  'amount-9999999.99': pay({ bills: [bill({ amount: 999999999n })] }),
  'amount-largest-balance': pay({
    bills: [overdue, bill({ amount: 999999999n }), bill({ key: 'b2', amount: 999999999n })],
  }),

  'waiting-blik': { biller: netix, draw: (frame) => drawWaiting(frame, waiting()) },
  'waiting-blik-over': {
    biller: netix,
    draw: (frame) => drawWaiting(frame, waiting({ kind: 'over', secondsLeft: 0 })),
  },
  'waiting-bank': {
    biller: netix,
    draw: (frame) => drawWaiting(frame, waiting({ kind: 'bank', channel: 'bank' })),
  },
  'waiting-long': {
    biller: netix,
    draw: (frame) => drawWaiting(frame, waiting({ kind: 'long', channel: 'bank' })),
  },
  'waiting-held': wait({ kind: 'held', state: 'pending' }),
  unfinished: {
    biller: netix,
    draw: (frame) =>
      drawWaiting(
        frame,
        waiting({
          kind: 'unfinished',
          channel: 'bank',
          goOn: '/sandbox/abc',
          other: '?other=1',
          state: 'created',
        }),
      ),
  },
  leaving: wait({ kind: 'leaving', goOn: '/sandbox/abc' }),
  'start-lost': wait({ kind: 'lost', other: '?other=1' }),

  transfer: move(),
  'transfer-two-accounts': move({
    amount: 36445n,
    transfers: [
      transfer(),
      transfer({
        recipient: 'NETIX Oddział Kraków',
        account: '61109010140000071219812874',
        title: 'ref 20261122-004218 ID user-1234 FV 118/2026 Internet, październik',
        amount: 11705n,
        picture: '/checkout/co_1_abd/transfer.png',
      }),
    ],
  }),
  'transfer-one-came': move({
    notices: [
      { tone: 'info', text: 'transfer.changed', values: { open: money(24740n), asked: money(30000n) } },
    ],
    transfers: [
      transfer({ state: 'booked', picture: '/checkout/co_1_abd/transfer.png' }),
      transfer(),
      transfer({ state: 'gone', picture: '/checkout/co_1_abe/transfer.png' }),
    ],
  }),
  'transfer-euro': move({
    currency: 'EUR',
    transfers: [transfer({ account: 'PL28616102383202382844882874' })],
  }),
  'transfer-no-code': move({
    amount: 999999999n,
    transfers: [
      transfer({
        qr: null,
        recipient: longName,
        amount: 999999999n,
        title: `ref 20261122-004217 ID user-1234 ${longTitle}`,
      }),
    ],
  }),
  'transfer-test': move({ test: true }, test),
  'transfer-over': { biller: netix, draw: (frame) => drawMessage(frame, noTransferMessage(netix.name)) },

  paid: got(),
  'paid-test': got({}, test),
  'paid-one': got({ amount: 12345n, lines: [{ title: longTitle, amount: 12345n }], channel: 'card' }),
  overpaid: got({ unallocated: 24740n }),
  'overpaid-in-part': got({ unallocated: 12345n }),
  'other-amount': got({ amount: 24741n, asked: 24740n, unallocated: 1n }),
  returned: got({ returned: 24740n }),
  'returned-in-part': got({ returned: 5000n, returning: 1250n }),

  refused: pay({
    choosing: false,
    bills: [overdue, bill()],
    problems: [{ text: 'refused.declined' }],
    problemTitle: 'refused.title',
  }),
  'refused-code': pay({
    choosing: false,
    problems: [{ field: 'blik', text: 'refused.blikExpired' }],
    problemTitle: 'refused.title',
  }),
  'refused-late': pay({
    choosing: false,
    problems: [{ text: 'expired.lead' }],
    problemTitle: 'expired.title',
  }),
  'paid-before': {
    biller: netix,
    draw: (frame) =>
      drawPaidBefore(
        frame,
        receipt({
          amount: 12345n,
          lines: [{ title: bill().title, amount: 12345n }],
          reference: '20261118-000133',
          paidAt: new Date('2026-11-18T17:05:00Z'),
        }),
      ),
  },
  'paid-before-owed': pay({
    bills: [bill()],
    receipt: receipt({ amount: 12395n, lines: [{ title: overdue.title, amount: 12395n }] }),
    notices: [
      {
        tone: 'good',
        text: 'notice.paid',
        values: { day: '18 listopada 2026', reference: '20261118-000133' },
        more: { text: 'notice.owedNow', values: { amount: money(12345n), count: 1 } },
      },
    ],
  }),
  'cancelled-owed': pay({
    notices: [{ tone: 'warn', text: 'notice.cancelledOwed', values: { amount: money(12345n) } }],
  }),
  cancelled: { biller: netix, draw: (frame) => drawMessage(frame, cancelledMessage(true)) },
  revoked: { biller: null, draw: (frame) => drawMessage(frame, revokedMessage) },
  unknown: { biller: null, draw: (frame) => drawMessage(frame, unknownMessage) },
  disabled: { biller: netix, draw: (frame) => drawMessage(frame, disabledMessage(netix.name)) },
  'rate-limited': {
    biller: null,
    draw: (frame) => drawMessage(frame, limitedMessage('/single-payment/0123')),
  },
  'error-500': {
    biller: null,
    draw: (frame) =>
      drawMessage(frame, brokenMessage('0c6b2f0e-5b0a-4b2e-9a52-6c1d5f3f9a10', '/single-payment/0123')),
  },
  'error-404': { biller: null, draw: (frame) => drawMessage(frame, notFoundMessage) },
  'error-405': { biller: null, draw: (frame) => drawMessage(frame, methodMessage) },

  'sandbox-bank': {
    biller: test,
    draw: (frame) => drawSandbox(frame, sandbox('bank')),
  },
  'sandbox-card': { biller: test, draw: (frame) => drawSandbox(frame, sandbox('card')) },
  'sandbox-decided': {
    biller: test,
    draw: (frame) => drawSandbox(frame, { ...sandbox('bank'), decided: true }),
  },
}

function sandbox(channel: 'bank' | 'card') {
  return {
    channel,
    action: '/sandbox/abc',
    amount: 24740n,
    currency: 'PLN',
    title: 'ref 20261122-004217 ID user-1234 FV 118/2026, FV 131/2026',
    payee: netix.name,
    returnUrl: '/checkout/co_1_abc',
    decided: false,
  }
}

export { now }
