import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { dateFormats } from './date.ts'
import { encodings } from './encoding.ts'
import { StatementError } from './statement-error.ts'

const column = Type.Union(
  [Type.Integer({ minimum: 1, maximum: 200 }), Type.String({ minLength: 1, maxLength: 100 })],
  {
    description: 'The number of a column from 1 on, or its name in the header row.',
  },
)
const columns = Type.Union([column, Type.Array(column, { minItems: 1, maxItems: 20 })], {
  description: 'One column, or several whose texts are joined.',
})

/** Texts of an entry that a column, or a labelled part of one, can hold. */
const textFields = {
  currency: Type.Optional(columns),
  account: Type.Optional(columns),
  counterpartyName: Type.Optional(columns),
  counterpartyAccount: Type.Optional(columns),
  title: Type.Optional(columns),
  bankReference: Type.Optional(columns),
  targetAccount: Type.Optional(columns),
  transactionCode: Type.Optional(columns),
}

export type TextField = keyof typeof textFields

const profileSchema = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,39}$' }),
    /** What people call it. */
    title: Type.String({ minLength: 1, maxLength: 100 }),
    /** Found out where it is not told. */
    encoding: Type.Optional(Type.Enum([...encodings])),
    delimiter: Type.Enum([',', ';', '|', '\t']),
    /** What stands around a cell that holds a delimiter; empty where nothing does. */
    quote: Type.Enum(['"', "'", '']),
    /** The row with the names of the columns has all of these (quotes, # and capitals do not matter) … */
    header: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { minItems: 1, maxItems: 20 }),
    ),
    /** … or there is none, and so many lines are passed over. */
    skipLines: Type.Optional(Type.Integer({ minimum: 0, maximum: 200 })),
    dateFormat: Type.Enum([...dateFormats]),
    decimalMark: Type.Enum([',', '.']),
    /** minor: whole grosze, without a decimal mark. */
    amountUnit: Type.Optional(Type.Enum(['major', 'minor'])),
    /** Whether the file holds credits only: a report of mass payments. */
    creditsOnly: Type.Optional(Type.Boolean()),
    columns: Type.Object(
      {
        bookedOn: column,
        valueOn: Type.Optional(column),
        /** Below zero for a debit … */
        amount: Type.Optional(column),
        /** … or one column for each. */
        credit: Type.Optional(column),
        debit: Type.Optional(column),
        ...textFields,
      },
      { additionalProperties: false },
    ),
    /** Cells made of parts like `Tytuł: FV 12`. The separator may be empty where each cell is one part. */
    details: Type.Optional(
      Type.Object(
        {
          columns,
          separator: Type.String({ maxLength: 5 }),
          labels: Type.Record(Type.String(), Type.Enum(Object.keys(textFields) as TextField[])),
        },
        { additionalProperties: false },
      ),
    ),
    /** Only rows with these cells are entries. Rows without a date are never one. */
    rows: Type.Optional(
      Type.Array(
        Type.Object(
          {
            column,
            /** The cell is one of these … */
            oneOf: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
            /** … or a whole number. */
            isNumber: Type.Optional(Type.Literal(true)),
          },
          { additionalProperties: false },
        ),
      ),
    ),
  },
  { additionalProperties: false },
)

/** How the CSV files of one bank, or of one report of it, are built. */
export type CsvProfile = Static<typeof profileSchema>

/**
 * A profile that somebody wrote.
 *
 * @throws StatementError that names what is wrong in it
 */
export function csvProfileOf(written: unknown): CsvProfile {
  if (!Value.Check(profileSchema, written)) {
    const [first] = [...Value.Errors(profileSchema, written)]
    const where = first?.instancePath.slice(1).replaceAll('/', '.') || 'the profile'
    throw new StatementError(`The CSV profile is not right: ${where} ${first?.message ?? 'is wrong'}.`)
  }
  const { columns, header, skipLines } = written
  if (columns.amount === undefined && columns.credit === undefined) {
    throw new StatementError('The CSV profile is not right: columns has neither amount nor credit.')
  }
  if ((header === undefined) === (skipLines === undefined)) {
    throw new StatementError('The CSV profile is not right: give it a header or skipLines, one of the two.')
  }
  return written
}
