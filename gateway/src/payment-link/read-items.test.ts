import { describe, expect, it } from 'vitest'
import { item as anyItem, nrb } from '../../testing/links.ts'
import { ApiError } from '../platform/http/errors.ts'
import { readItem, readRequest } from './read-items.ts'

const provider = { code: 'netix', defaultNrb: null }

function errorsOf(payments: unknown, body: Record<string, unknown> = {}) {
  try {
    readRequest(provider, { payments, ...body })
  } catch (error) {
    if (error instanceof ApiError && error.errors)
      return error.errors.map(({ pointer, code }) => `${pointer} ${code}`)
    throw error
  }
  return []
}
const item = (changes: Record<string, unknown>) => anyItem({ userId: 'u', ...changes })
const billOf = (changes: Record<string, unknown>) => {
  const [bill] = readRequest(provider, { payments: [item(changes)] }).bills
  if (!bill) throw new Error('no bill')
  return bill
}
/** Errors of one item with these changes, without the pointer’s beginning. */
const faults = (changes: Record<string, unknown>) =>
  errorsOf([item(changes)]).map((error) => error.replace('/payments/0/', ''))

describe('a field', () => {
  it.each<[field: string, values: unknown[]]>([
    ['userId', ['a', 'x'.repeat(100), '😀'.repeat(100), 0, 12345, 9007199254740991, '9007199254740993']],
    [
      'amount',
      [
        0.01,
        123.45,
        Number('30.300000000000001'),
        119.97999999999999,
        9999999.99,
        Number('9999999.990000001'),
        5,
      ],
    ],
    ['nrb', [nrb, `PL${nrb}`, `pl ${nrb.replace(/(..)(....)/g, '$1 $2 ')}`]],
    ['title', ["FV 1/2020 #&_-,./'", 'Żółć ĀʀЀ'.slice(0, 6), 'x'.repeat(105), ' a', '\u02c0\u00c0']],
    ['paymentDue', ['2020-07-23', '1999-12-31', '2024-02-29']],
    ['name', ['Jan', 'Łucja-Anna, jr.', 'x'.repeat(100), '', null]],
    ['surname', ['Kowalski', '', null]],
    ['email', ['jan@example.com', 'a.b+c@poczta.example.pl', '', null]],
    ['operationId', ['13912', 13912, 'cash_17', 'x'.repeat(100), '', null]],
    ['recipient', [{ id: 'd', name: 'x'.repeat(35) }, { id: 1, name: 'Oddział' }, null, '']],
    ['seen', ['0', '1595513742000000', 1595513742000000, null, '']],
  ])('%s may be', (field, values) => {
    for (const value of values) expect(faults({ [field]: value }), JSON.stringify(value)).toEqual([])
  })

  it.each<[field: string, code: string, values: unknown[]]>([
    ['userId', 'required', [undefined]],
    ['userId', 'invalid_type', [null, true, {}, []]],
    ['userId', 'too_short', ['']],
    ['userId', 'too_long', ['x'.repeat(101)]],
    ['userId', 'invalid_characters', ['a\u0000', 'a\nb', '\ud800', '  ']],
    ['userId', 'invalid_exact_number', [2 ** 53, -(2 ** 60), 1e300]],
    ['amount', 'required', [undefined]],
    ['amount', 'invalid_type', ['1', null, [1]]],
    ['amount', 'too_small', [0, -1, -0]],
    ['amount', 'too_large', [10_000_000, 1e300]],
    ['amount', 'invalid_amount', [12.345, 0.001, 1e-9, 9999999.995, Number('9999999.999999999'), 30.3001]],
    ['nrb', 'required', [undefined, '', null, '  ']],
    [
      'nrb',
      'invalid_nrb',
      ['PL', '1'.repeat(26), nrb.replace('2', '3'), `${nrb}0`, 'DE'.padEnd(26, '1'), 'x'],
    ],
    ['nrb', 'invalid_type', [28616102383202382844889825n.toString().length, true]],
    ['title', 'required', [undefined]],
    ['title', 'too_short', ['']],
    ['title', 'too_long', ['x'.repeat(106)]],
    [
      'title',
      'invalid_characters',
      ['   ', 'a"b', 'a<b', 'a\u0000b', 'Оплата', 'a\tb', 'a\u02c1', 'a\u00bf'],
    ],
    ['paymentDue', 'required', [undefined]],
    [
      'paymentDue',
      'invalid_calendar_date',
      ['2020-02-30', '2020-7-1', '23.07.2020', '', '2020-07-23T00:00', '0000-01-01'],
    ],
    ['paymentDue', 'invalid_type', [20200723, null]],
    ['name', 'too_long', ['x'.repeat(101)]],
    ['surname', 'invalid_characters', ["O'Hara", 'Jan;', '<b>']],
    ['email', 'invalid_mailbox', ['jan', 'jan@', 'a b@example.com', '@example.com', 'jan@example']],
    ['operationId', 'too_long', ['x'.repeat(101)]],
    ['operationId', 'invalid_type', [true, {}]],
    ['recipient', 'invalid_type', ['Oddział', 1, []]],
    ['recipient/id', 'required', [{ name: 'a' }]],
    ['recipient/name', 'too_long', [{ id: '1', name: 'x'.repeat(36) }]],
    ['recipient/name', 'required', [{ id: '1' }]],
    ['seen', 'invalid_characters', ['x', '-1', -1, '1.5', '1'.repeat(19)]],
  ])('%s is refused as %s', (field, code, values) => {
    const [name = ''] = field.split('/')
    for (const value of values) {
      expect(faults({ [name]: value }), JSON.stringify(value)).toEqual([`${field} ${code}`])
    }
  })
})

describe('reading', () => {
  it('counts characters after NFC, and keeps them so', () => {
    expect(billOf({ title: 'e\u0301'.repeat(105) }).title).toBe('\u00e9'.repeat(105))
    expect(billOf({ userId: 'e\u0301' }).userId).toBe('\u00e9')
    expect(billOf({ recipient: { id: 'e\u0301', name: 'a\u0328'.repeat(35) } })).toMatchObject({
      recipientId: '\u00e9',
      recipientName: 'ą'.repeat(35),
    })
  })

  it('makes numbers strings, accounts bare and amounts whole', () => {
    expect(
      billOf({
        userId: 17,
        operationId: -0,
        amount: Number('30.300000000000001'),
        nrb: ` PL${nrb} `,
        seen: 5,
      }),
    ).toMatchObject({ userId: '17', operationId: '0', amount: 3030n, nrb, seen: 5n })
  })

  it('takes null and empty optional fields for absent ones', () => {
    const empty = { name: '', surname: null, email: '', operationId: null, recipient: null, seen: '' }
    expect(billOf(empty)).toEqual({ ...billOf({}) })
  })

  it('names every bad field of every item', () => {
    const bad = {
      userId: '',
      amount: 'x',
      nrb: 'x',
      title: '',
      paymentDue: 'x',
      name: '<',
      surname: '<',
      email: 'x',
    }
    const fields = ['userId', 'amount', 'nrb', 'title', 'paymentDue', 'name', 'surname', 'email']
    const errors = errorsOf([bad, item({}), bad, 7, {}])
    const pointers = errors.map((error) => error.split(' ')[0])
    expect(new Set(pointers)).toEqual(
      new Set([
        ...fields.map((field) => `/payments/0/${field}`),
        ...fields.map((field) => `/payments/2/${field}`),
        '/payments/3',
        ...fields.slice(0, 5).map((field) => `/payments/4/${field}`),
      ]),
    )
    expect(pointers.length).toBe(new Set(pointers).size)
  })

  it('refuses a pair that stands twice in a request, beside every other fault', () => {
    const items = [
      item({ userId: 1, operationId: 'a' }),
      item({ userId: '1', operationId: 'a' }),
      item({ userId: '1', operationId: 'b', title: '' }),
      item({ userId: 'e\u0301', operationId: 'a' }),
      item({ userId: '\u00e9', operationId: 'a' }),
      item({ userId: '1' }),
      item({ userId: '1' }),
    ]
    expect(errorsOf(items).sort()).toEqual([
      '/payments/1/operationId duplicate',
      '/payments/2/title too_short',
      '/payments/4/operationId duplicate',
    ])
  })

  it('does not take two pairs for one because their texts run together', () => {
    expect(
      errorsOf([item({ userId: 'a b', operationId: 'c' }), item({ userId: 'a', operationId: 'b c' })]),
    ).toEqual([])
  })

  it.each<[name: string, body: unknown, errors: string[]]>([
    ['nothing', undefined, [' invalid_type']],
    ['null', null, [' invalid_type']],
    ['an array', [], [' invalid_type']],
    ['a string', 'x', [' invalid_type']],
    ['an empty object', {}, ['/payments required']],
    ['payments that are an object', { payments: {} }, ['/payments invalid_type']],
    ['no payments', { payments: [] }, ['/payments too_few']],
    [
      'a providerCode that is no string',
      { payments: [item({})], providerCode: 7 },
      ['/providerCode invalid_type'],
    ],
  ])('refuses %s as a body', (_name, body, errors) => {
    let refused: unknown
    try {
      readRequest(provider, body)
    } catch (error) {
      refused = error
    }
    if (!(refused instanceof ApiError)) throw new Error('not refused')
    expect(refused.errors?.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(errors)
  })

  it('takes 100 items and no more', () => {
    const items = (count: number) => Array.from({ length: count }, () => item({}))
    expect(errorsOf(items(100))).toEqual([])
    expect(errorsOf(items(101))).toEqual(['/payments too_many'])
    expect(errorsOf([...items(100), { ...item({}), title: '' }])).toEqual([
      '/payments too_many',
      '/payments/100/title too_short',
    ])
    expect(errorsOf(Array.from({ length: 200_000 }, () => 0))).toEqual(['/payments too_many'])
  })

  it('reads a line of a bulk upload with pointers of its own', () => {
    expect(readItem(provider, item({ amount: 1 }))).toMatchObject({ amount: 100n, userId: 'u' })
    const errors = readItem(provider, { ...item({ nrb: null }), amount: 0 })
    expect(errors).toMatchObject([
      { pointer: '/amount', code: 'too_small' },
      { pointer: '/nrb', code: 'required' },
    ])
  })

  it('keeps a stranger’s fields out', () => {
    const strange = JSON.parse('{"__proto__": {"nrb": "x"}, "constructor": 1, "token": "t"}')
    expect(billOf(strange)).toEqual(billOf({}))
  })
})
