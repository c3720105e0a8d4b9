import type { Insertable, Selectable } from 'kysely'
import type { Db } from '../../platform/db/database.ts'
import type { Provider as ProviderTable } from '../../platform/db/tables.ts'
import type { Tx } from '../../platform/db/transaction.ts'
import { type Language, languages, type Provider, type Ways } from '../provider.ts'

/** Everything but the logo, which only its own route reads. */
export const providerColumns = [
  'id',
  'code',
  'name',
  'test',
  'disabled_at',
  'tax_id',
  'address',
  'phone',
  'contact_email',
  'help_url',
  'terms_url',
  'privacy_url',
  'language',
  'currency',
  'default_nrb',
  'color',
  'logo_hash',
  'imports_transfers',
  'receipts',
  'ways',
  'clock_ahead',
] as const satisfies (keyof ProviderTable)[]

export type ProviderRow = Pick<Selectable<ProviderTable>, (typeof providerColumns)[number]>
export type ProviderValues = Partial<Omit<Insertable<ProviderTable>, 'code' | 'created_at' | 'logo_hash'>>

export function providerOf(row: ProviderRow): Provider {
  return {
    id: row.id,
    code: row.code,
    name: row.name,
    test: row.test,
    disabled: row.disabled_at !== null,
    taxId: row.tax_id,
    address: row.address,
    phone: row.phone,
    contactEmail: row.contact_email,
    helpUrl: row.help_url,
    termsUrl: row.terms_url,
    privacyUrl: row.privacy_url,
    language: languageOf(row.language),
    currency: row.currency,
    defaultNrb: row.default_nrb,
    color: row.color,
    logoHash: row.logo_hash,
    importsTransfers: row.imports_transfers,
    // Payers of play money may have addresses of real people: they are written to only if that is meant.
    receipts: row.receipts ?? !row.test,
    // Only setWays writes it.
    ways: row.ways as Ways,
    clockAheadMs: row.clock_ahead * 1000,
  }
}

function languageOf(code: string): Language {
  return languages.find((language) => language === code) ?? 'pl'
}

export async function findProvider(db: Db, id: number): Promise<Provider | undefined> {
  const row = await db.selectFrom('provider').select(providerColumns).where('id', '=', id).executeTakeFirst()
  return row && providerOf(row)
}

export async function findProviderByCode(db: Db, code: string): Promise<Provider | undefined> {
  const row = await db
    .selectFrom('provider')
    .select(providerColumns)
    .where('code', '=', code)
    .executeTakeFirst()
  return row && providerOf(row)
}

/** By code. */
export async function listProviders(db: Db): Promise<Provider[]> {
  const rows = await db.selectFrom('provider').select(providerColumns).orderBy('code').execute()
  return rows.map(providerOf)
}

/** Keeps payers, and so links, from being added until the transaction ends. */
export async function lockProvider(tx: Tx, id: number): Promise<Provider | undefined> {
  const row = await tx
    .selectFrom('provider')
    .select(providerColumns)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row && providerOf(row)
}

export async function insertProvider(db: Db, values: Insertable<ProviderTable>): Promise<Provider> {
  const row = await db
    .insertInto('provider')
    .values(values)
    .returning(providerColumns)
    .executeTakeFirstOrThrow()
  return providerOf(row)
}

export async function changeProvider(tx: Tx, id: number, values: ProviderValues): Promise<Provider> {
  const row = await tx
    .updateTable('provider')
    .set(values)
    .where('id', '=', id)
    .returning(providerColumns)
    .executeTakeFirstOrThrow()
  return providerOf(row)
}

export interface Logo {
  bytes: Buffer
  type: string
  hash: string
}

export async function findLogo(db: Db, code: string): Promise<Logo | undefined> {
  const row = await db
    .selectFrom('provider')
    .select(['logo', 'logo_type', 'logo_hash'])
    .where('code', '=', code)
    .executeTakeFirst()
  if (!row?.logo || !row.logo_type || !row.logo_hash) return undefined
  return { bytes: row.logo, type: row.logo_type, hash: row.logo_hash }
}
