import { type Static, Type } from 'typebox'
import { samples } from './samples.ts'

const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])
const day = (description: string) => Type.String({ description, examples: ['2030-07-20'] })

export const StatementFormatName = Type.Enum(['mt940', 'camt053', 'csv', 'elixir'], {
  description: 'The kind of file. Without it the file is looked at.',
  'x-rule': 'must be mt940, camt053, csv or elixir',
})
export type StatementFormatName = Static<typeof StatementFormatName>

export const StatementEntryState = Type.Enum(
  [
    'new',
    'matched',
    'short',
    'over',
    'duplicate',
    'expected',
    'wrong-currency',
    'unknown',
    'debit',
    'ignored',
  ],
  {
    description:
      'matched: a payment of just what was asked; short, over: of less or more; duplicate: what it names was paid before; expected: the transfer of a payment that another method had confirmed, which is no second payment; wrong-currency, unknown: it waits for a person; debit: your own; ignored: a person said so; new: not decided yet.',
  },
)
export type StatementEntryState = Static<typeof StatementEntryState>

/** A file of a bank that was brought. */
export const Statement = Type.Object(
  {
    id: Type.String({ description: '`st_<20 letters and digits>`' }),
    source: Type.Enum(['api', 'command', 'folder'], { description: 'How it came.' }),
    fileName: nullable(Type.String()),
    format: nullable(StatementFormatName),
    state: Type.Enum(['reading', 'matching', 'done', 'failed'], {
      description:
        'reading: it is being read; matching: all of it was read and its entries are being decided; failed: it could not be read, and nothing of it was kept.',
    }),
    problem: nullable(Type.String({ description: 'Why it failed, with the line; for people.' })),
    bytes: Type.Integer({ description: 'Read until now.' }),
    entries: Type.Integer({ description: 'Entries of the file; 0 while it is being read.' }),
    entriesNew: Type.Integer({ description: 'Of these: entries that no file had brought before.' }),
    entriesKnown: Type.Integer({
      description: 'Of these: entries that were known already. Nothing was done.',
    }),
    waiting: Type.Integer({ description: 'New entries that wait for a person.' }),
    states: Type.Record(Type.String(), Type.Integer(), {
      description: 'How many of the new entries are in which state.',
    }),
    createdAt: Type.String({ format: 'date-time' }),
    endedAt: nullable(Type.String({ format: 'date-time' })),
  },
  { examples: [samples.statement] },
)
export type Statement = Static<typeof Statement>

export const StatementPage = Type.Object(
  {
    statements: Type.Array(Statement),
    next: nullable(Type.String({ description: 'Give it as `before` in the next call; null at the end.' })),
  },
  { examples: [samples.statementPage] },
)
export type StatementPage = Static<typeof StatementPage>

/** Whom an entry may be of. */
export const EntrySuggestion = Type.Object({
  userId: Type.String(),
  token: nullable(Type.String({ description: 'The link that speaks for it, where one does.' })),
  score: Type.Integer({
    minimum: 1,
    maximum: 100,
    description: 'How much speaks for it; the best comes first.',
  }),
  reasons: Type.Array(
    Type.Enum(['virtual-account', 'reference', 'title', 'user-id', 'source-account', 'name', 'amount']),
    { description: 'What speaks for it. An amount alone is no reason to believe it.' },
  ),
})
export type EntrySuggestion = Static<typeof EntrySuggestion>

/** One credit or debit of a bank account: stored once, however many files bring it. */
export const StatementEntry = Type.Object(
  {
    id: Type.String({ description: '`se_<number>`' }),
    statementId: Type.String({ description: 'The first file that brought it.' }),
    position: Type.Integer({ description: 'Its place in that file, from 1.' }),
    account: Type.String({ description: 'The bank account of the statement.' }),
    amount: Type.Number({ description: 'Above 0, in the major unit.' }),
    currency: Type.String(),
    direction: Type.Enum(['credit', 'debit']),
    reversal: Type.Boolean({ description: 'The bank takes another entry back.' }),
    bookedOn: day('yyyy-mm-dd'),
    valueOn: nullable(day('yyyy-mm-dd')),
    bankReference: nullable(Type.String()),
    title: nullable(
      Type.String({ description: 'This and the next three are null 90 days after the entry was decided.' }),
    ),
    counterpartyName: nullable(Type.String()),
    counterpartyAccount: nullable(Type.String()),
    targetAccount: nullable(Type.String({ description: 'The virtual account that was paid.' })),
    state: StatementEntryState,
    waiting: Type.Boolean({ description: 'It waits for a person: match it, or ignore it.' }),
    rule: nullable(
      Type.Enum(['virtual-account', 'reference', 'title', 'source-account', 'amount-and-name', 'person'], {
        description: 'What decided it.',
      }),
    ),
    userId: nullable(Type.String({ description: 'Whose money it is.' })),
    paymentId: nullable(Type.String({ description: 'The payment that it became, or is the transfer of.' })),
    referenceNumber: nullable(Type.String({ description: 'Of that payment.' })),
    suggestions: Type.Array(EntrySuggestion, { description: 'Only of what waits; at most five.' }),
  },
  { examples: [samples.statementEntry] },
)
export type StatementEntry = Static<typeof StatementEntry>

export const StatementEntryPage = Type.Object(
  {
    entries: Type.Array(StatementEntry),
    next: nullable(Type.String({ description: 'Give it as `after` in the next call; null at the end.' })),
  },
  { examples: [samples.statementEntryPage] },
)
export type StatementEntryPage = Static<typeof StatementEntryPage>

const name = (description: string) =>
  Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description,
      'x-rule': 'must be a string of 1 to 200 characters',
    }),
  )

/** Exactly one of the fields. */
export const MatchStatementEntry = Type.Object(
  {
    token: name('The link that it pays. What is more than the link takes goes to the payer’s other bills.'),
    userId: name(
      'The payer: the money goes to the active links by due date; what is left stays unallocated.',
    ),
    paymentId: name('A payment of another method that this is the transfer of: no second payment is made.'),
  },
  {
    additionalProperties: false,
    'x-rule': 'must be an object with one of token, userId and paymentId',
    examples: [samples.matchStatementEntry],
  },
)
export type MatchStatementEntry = Static<typeof MatchStatementEntry>
