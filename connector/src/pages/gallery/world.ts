import type { PaymentLine } from '../views/models.ts'
import type { StateView } from '../views/state.tsx'

const at = Date.UTC(2026, 10, 22, 9, 24) / 1000
const day = 86_400

const line = (id: number, more: Partial<PaymentLine>): PaymentLine => ({
  id,
  at: at - id * 3 * 3600,
  paidAt: at - id * 3 * 3600,
  customerId: 1000 + id,
  customer: 'Kowalski Jan',
  title: `FV ${110 + id}/2026 Internet 600 Mb/s`,
  document: '',
  reference: `20261122-${String(133 + id).padStart(6, '0')}`,
  amount: 6_900n,
  refunded: 0n,
  state: 'open',
  byStatement: false,
  expiresAt: at + 5 * day,
  method: 'blik',
  test: false,
  ...more,
})

/** One of every state, with the longest texts and the odd ones. */
export const lines: PaymentLine[] = [
  line(1, {}),
  line(2, { customer: 'Śliwińska-Brzęczyszczykiewicz Żaneta Małgorzata', amount: 123_450n, expiresAt: null }),
  line(3, { state: 'awaited', customer: '"KABLOWNIA" <b>Spółka</b> z o.o.', paidAt: at - 3 * day }),
  line(4, { state: 'settled', byStatement: true, customer: "O'Hara Łukasz" }),
  line(5, { state: 'hand', title: `${'Łącze światłowodowe dla firm z gwarancją '.repeat(3)}`.slice(0, 105) }),
  line(6, { state: 'expired', document: '000118/LMS/2026' }),
  line(7, { state: 'final', amount: 999_999_999n, method: 'card' }),
  line(8, { state: 'kept', customer: null, customerId: 90_210 }),
  line(9, { state: 'refunded', refunded: 6_900n }),
  line(10, { state: 'removed', test: true, amount: 1n, title: '' }),
]

export const stateView: StateView = {
  findings: [
    {
      level: 'problem',
      code: 'gateway_unreachable',
      says: 'Bill Gateway pod adresem https://pay.example.pl nie odpowiada.',
      mend: 'Sprawdź billtech.api_url i sieć serwera.',
      language: 'pl',
    },
    {
      level: 'warning',
      code: 'old_plugin',
      says: 'The old plugin BillTech is still enabled.',
      mend: 'Switch it off in LMS: Konfiguracja → Wtyczki.',
      language: 'en',
    },
    { level: 'ok', code: 'clock', says: 'Zegary LMS i Bill Gateway zgadzają się.', mend: '', language: 'pl' },
    { level: 'ok', code: 'tables', says: 'Tabele billtech_* są na miejscu.', mend: '', language: 'pl' },
  ],
  work: {
    passes: [
      { name: 'links', at, ms: 412, ok: true },
      {
        name: 'payments',
        at: at - 60,
        ms: 95_000,
        ok: false,
        says: 'the gateway did not answer within 30 s',
      },
      { name: 'logs' },
    ],
    aliveAt: at - 12,
    stream: { state: 'open', at: at - 3_600 },
  },
  alive: true,
  queue: { dirty: 12, activeLinks: 4_321, payments: { open: 17, awaited: 0, kept: 1 } },
  refused: {
    count: 412,
    rows: [
      {
        id: 1,
        kind: 'link',
        customerId: 1_008,
        document: '000117/LMS/2026',
        field: 'nrb',
        says: 'has wrong check digits: correct the account of the customer or of the division',
        since: at - 4 * day,
      },
      {
        id: 2,
        kind: 'payment',
        customerId: 90_210,
        document: 'a1b2c3d4e5f6:0198f3a2-77aa-7c31-9d0e-5ad2b1c7e911',
        field: '',
        says: 'LMS has no such customer: the payment is kept aside',
        since: at - 2 * day,
      },
    ],
  },
  mayOpenPayments: true,
}
