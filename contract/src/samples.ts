/**
 * One bill from its link to its receipt, as the schemas’ examples tell it. The OpenAPI document and the docs
 * page show these; a test holds each to its schema.
 */

const token =
  'e64a219df20884e4db40b7f99ac2cef9c08650f22e74ca6d09f49ad24734ae75c388b7052500033b693ae29edb2ed9d8ccfa85e66023c9e023eac4f353e2be05'
const link = `https://pay.example.pl/single-payment/${token}`
const shortLink = 'https://zapl.ac/SscsYRx7qy'
const referenceNumber = '20300719-004217'
const paidAt = '2030-07-19T16:20:20+02:00'
const eventId = '1910535620481093'

const item = {
  userId: 'user-1234',
  operationId: '13912',
  amount: 123.45,
  nrb: '28616102383202382844889825',
  title: 'FV 123/2030',
  paymentDue: '2030-07-23',
  name: 'Jan',
  surname: 'Kowalski',
  email: 'jan@example.com',
}

const row = {
  id: 'pay_h2Vd0sWqLx8RkT5nBz3M-1',
  token,
  userId: item.userId,
  operationId: item.operationId,
  amount: item.amount,
  unallocated: 0,
  title: item.title,
  invoiceNumber: '',
  paidAt,
  referenceNumber,
  method: 'blik',
  arrives: 'transfer',
  companyTaxId: '5252445767',
  integrationVersion: 'V1',
  test: false,
}

const linkEventItem = {
  token,
  userId: item.userId,
  operationId: item.operationId,
  amount: item.amount,
  title: item.title,
}

const payment = {
  paymentId: 'pay_h2Vd0sWqLx8RkT5nBz3M',
  referenceNumber,
  amount: item.amount,
  paidAt,
  method: row.method,
  arrives: row.arrives,
  rows: [row],
}

const succeeded = {
  id: eventId,
  type: 'payment.succeeded',
  at: '2030-07-19T14:20:20.481Z',
  test: false,
  data: payment,
}

const returned = {
  refundId: 're_9sQm2LxTz7Kc4VbWn1Rd',
  paymentId: payment.paymentId,
  referenceNumber,
  amount: 23.45,
  at: '2030-07-21T09:12:44+02:00',
  rows: [
    {
      id: 're_9sQm2LxTz7Kc4VbWn1Rd-1',
      paymentRowId: row.id,
      token,
      userId: item.userId,
      operationId: item.operationId,
      amount: 23.45,
      title: item.title,
    },
  ],
}

const refund = {
  id: returned.refundId,
  kind: 'refund',
  status: 'succeeded',
  test: false,
  paymentId: payment.paymentId,
  referenceNumber,
  amount: returned.amount,
  currency: 'PLN',
  manual: false,
  reason: 'KOR 7/2030',
  failure: null,
  createdAt: '2030-07-21T09:12:40+02:00',
  endedAt: returned.at,
  rows: returned.rows,
}

const statement = {
  id: 'st_Wq3n8Zr5YbT1kXv7Ls2P',
  source: 'api',
  fileName: 'wyciag-2030-07-20.sta',
  format: 'mt940',
  state: 'done',
  problem: null,
  bytes: 48213,
  entries: 214,
  entriesNew: 2,
  entriesKnown: 212,
  waiting: 1,
  states: { matched: 1, unknown: 1 },
  createdAt: '2030-07-21T06:02:11.204Z',
  endedAt: '2030-07-21T06:02:11.950Z',
}

const statementEntry = {
  id: 'se_90412',
  statementId: statement.id,
  position: 17,
  account: item.nrb,
  amount: item.amount,
  currency: 'PLN',
  direction: 'credit',
  reversal: false,
  bookedOn: '2030-07-20',
  valueOn: '2030-07-20',
  bankReference: 'MB300720012058',
  title: 'za internet',
  counterpartyName: 'JAN KOWALSKI',
  counterpartyAccount: '50109010140000071200004217',
  targetAccount: null,
  state: 'unknown',
  waiting: true,
  rule: null,
  userId: null,
  paymentId: null,
  referenceNumber: null,
  suggestions: [{ userId: item.userId, token, score: 50, reasons: ['name', 'amount'] }],
}

export const samples = {
  statement,
  statementPage: { statements: [statement], next: null },
  statementEntry,
  statementEntryPage: { entries: [statementEntry], next: null },
  matchStatementEntry: { userId: item.userId },
  item,
  create: { payments: [item] },
  created: { links: [{ token, link, shortLink }] },
  pluginCreated: [{ token, link, shortLink: null }],
  bulkResults: [
    { line: 1, token, link, shortLink },
    {
      line: 2,
      error: {
        code: 'validation_failed',
        title: 'Validation of the request failed',
        errors: [{ pointer: '/userId', code: 'required', detail: 'userId is missing' }],
      },
    },
  ],
  cancel: { resolution: 'PAID' },
  status: {
    token,
    link,
    shortLink,
    test: false,
    status: 'paid',
    processing: false,
    resolution: null,
    userId: item.userId,
    operationId: item.operationId,
    title: item.title,
    paymentDue: item.paymentDue,
    nrb: item.nrb,
    currency: 'PLN',
    amounts: { asked: item.amount, paid: item.amount, refunded: 0, open: 0 },
    dropped: [],
    createdAt: '2030-07-09T08:00:00+02:00',
    updatedAt: '2030-07-09T08:00:00+02:00',
    endedAt: paidAt,
    payments: [
      { id: row.id, referenceNumber, amount: item.amount, unallocated: 0, paidAt, method: row.method },
    ],
  },
  row,
  events: {
    'link.created': {
      ...succeeded,
      type: 'link.created',
      data: { links: [linkEventItem] },
    },
    'link.updated': {
      ...succeeded,
      type: 'link.updated',
      data: { links: [{ ...linkEventItem, amount: 100 }] },
    },
    'link.cancelled': {
      ...succeeded,
      type: 'link.cancelled',
      data: { links: [linkEventItem], resolution: 'CANCELLED', revoked: false },
    },
    'payment.succeeded': succeeded,
    'payment.refunded': {
      id: '1910701964810937',
      type: 'payment.refunded',
      at: '2030-07-21T07:12:44.810Z',
      test: false,
      data: returned,
    },
    'payment.reversed': {
      id: '1910788364810937',
      type: 'payment.reversed',
      at: '2030-07-22T07:12:44.810Z',
      test: false,
      data: { ...returned, refundId: 'rv_4TbWn1RdQm2LxTz7Kc9s' },
    },
  },
  eventPage: { events: [succeeded], next: eventId },
  orderRefund: { amount: returned.amount, reason: refund.reason },
  refund,
  unallocatedPayment: {
    paymentId: payment.paymentId,
    referenceNumber,
    amount: 150,
    unallocated: 26.55,
    currency: 'PLN',
    method: row.method,
    paidAt,
    rows: [
      {
        id: row.id,
        token,
        userId: item.userId,
        operationId: item.operationId,
        title: item.title,
        unallocated: 26.55,
      },
    ],
  },
  generateKey: {
    providerCode: 'netix',
    apiKey: '7Qm2xVb9KcLw3fTz8RsYp5NdGhJ4aEuX',
    pin: '48201735',
  },
  generatedKey: { data: { apiSecret: 'c3VwZXItc2VjcmV0LW9mLXlvdXItb3du' } },
  encode: { url: shortLink },
  encoded: { url: `${shortLink}/24` },
  testPay: { scope: 'link', method: 'blik', outcome: 'paid' },
  testPaid: {
    checkoutId: 'co_7_Zk3fQw9sVt1LmX8cRb2NpY',
    status: 'succeeded',
    ...payment,
  },
  advanceClock: { advance: 'P5D' },
  clockAdvanced: { now: '2030-07-24T16:20:20+02:00', done: 3 },
}
