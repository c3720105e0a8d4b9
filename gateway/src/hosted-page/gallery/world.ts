import { drawQr } from '../qr.ts'
import type { Bill, Biller, PaymentPage, Receipt, Transfer, TransferPage, Waiting } from '../views/models.ts'

/** A small world for pictures and checks of pages: one provider, its payer, and a day. */
export const today = '2026-11-22'
export const now = new Date('2026-11-22T09:24:00Z')

export const netix: Biller = {
  name: 'NETIX Sp. z o.o.',
  address: 'ul. Sieciowa 1, Warszawa',
  phone: '22 555 01 01',
  helpUrl: 'https://netix.example/pomoc',
  termsUrl: 'https://netix.example/regulamin',
  privacyUrl: 'https://netix.example/prywatnosc',
  logo: null,
  theme: null,
  test: false,
}

export function bill(changes: Partial<Bill> = {}): Bill {
  return {
    key: 'b1',
    title: 'FV 131/2026 Internet, listopad',
    amount: 12345n,
    askedAmount: null,
    due: '2026-12-06',
    chosen: true,
    processing: false,
    payee: netix.name,
    account: '28616102383202382844882874',
    ...changes,
  }
}

export const overdue = bill({
  key: 'b0',
  title: 'FV 118/2026 Internet, październik',
  amount: 12395n,
  due: '2026-11-18',
})

export function payment(changes: Partial<PaymentPage> = {}): PaymentPage {
  return {
    action: '/single-payment/0123',
    formToken: 'v1.m2x8k1.Qm9yaW5nTm9uY2U.7nQ2fJm0yVY5nXo3c9bq3wZkq1c2v5a8',
    keepLanguage: false,
    bills: [bill()],
    choosing: true,
    currency: 'PLN',
    today,
    payer: 'J*** K***',
    userId: 'user-1234',
    termsUrl: netix.termsUrl,
    blikHint: null,
    channels: ['blik', 'bank', 'card'],
    channel: 'blik',
    blikCode: '',
    banks: [],
    bank: '',
    problems: [],
    problemTitle: 'errors.title',
    notices: [],
    receipt: null,
    ...changes,
  }
}

export function receipt(changes: Partial<Receipt> = {}): Receipt {
  return {
    amount: 24740n,
    currency: 'PLN',
    lines: [
      { title: overdue.title, amount: overdue.amount },
      { title: bill().title, amount: bill().amount },
    ],
    payee: netix.name,
    paidAt: now,
    channel: 'blik',
    reference: '20261122-004217',
    unallocated: 0n,
    asked: null,
    returned: 0n,
    returning: 0n,
    ...changes,
  }
}

export function waiting(changes: Partial<Waiting> = {}): Waiting {
  return {
    kind: 'blik',
    channel: 'blik',
    amount: 24740n,
    currency: 'PLN',
    since: now,
    secondsLeft: 52,
    secondsInAll: 60,
    events: '/checkout/co_1_abc/events',
    goOn: null,
    other: null,
    state: 'pending',
    ...changes,
  }
}

export const banks = [
  'Alior Bank',
  'Bank Millennium',
  'Bank Pekao',
  'BNP Paribas',
  'Citi Handlowy',
  'Credit Agricole',
  'ING Bank Śląski',
  'mBank',
  'Nest Bank',
  'PKO Bank Polski',
  'Santander Bank Polska',
].map((name, index) => ({ id: `b${index}`, name }))

const code =
  '5213017228|PL|28616102383202382844882874|024740|NETIX Sp. z o.o.|ref 20261122-004217 ID user-1234|||'

export function transfer(changes: Partial<Transfer> = {}): Transfer {
  return {
    state: 'open',
    recipient: netix.name,
    account: '28616102383202382844882874',
    title: 'ref 20261122-004217 ID user-1234 FV 131/2026 Internet, listopad',
    amount: 24740n,
    qr: drawQr(code),
    picture: '/checkout/co_1_abc/transfer.png',
    ...changes,
  }
}

export function transfers(changes: Partial<TransferPage> = {}): TransferPage {
  return {
    transfers: [transfer()],
    amount: 24740n,
    currency: 'PLN',
    notices: [],
    other: '?other=1',
    events: null,
    state: 'created',
    test: false,
    ...changes,
  }
}

export const longTitle =
  'FV 000131/2026/INTERNET/ODDZIAL-WARSZAWA Usługi telekomunikacyjne, abonament i dzierżawa urządzeń, listop'
export const longName =
  'Spółdzielcze Przedsiębiorstwo Telekomunikacyjno-Usługowe „Sieci Światłowodowe Pojezierza Drawskiego” Spółka z ograniczoną odpowiedzialnością'
