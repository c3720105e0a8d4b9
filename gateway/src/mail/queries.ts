import { sql } from 'kysely'
import type { Db } from '../platform/db/database.ts'
import type { Tx } from '../platform/db/transaction.ts'
import type { MailData, NewMail, Template } from './mail.ts'

export async function insertMail(tx: Tx, mail: NewMail, messageId: string): Promise<bigint> {
  const { id } = await tx
    .insertInto('mail')
    .values({
      provider_id: mail.providerId,
      message_id: messageId,
      template: mail.template,
      language: mail.language,
      recipient: mail.to,
      data: JSON.stringify(mail.data),
      headers: mail.headers ? JSON.stringify(mail.headers) : null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** A mail that somebody is about to send. */
export interface TakenMail {
  id: bigint
  providerId: number
  messageId: string
  template: Template
  language: string
  recipient: string
  data: MailData[Template]
  headers: Record<string, string>
  /** This one included. */
  tries: number
  createdAt: Date
}

/** Takes a waiting mail, so that nobody else sends it at the same time. @returns undefined where there is none */
export async function takeMail(
  db: Db,
  providerId: number,
  id: bigint,
  seconds: number,
): Promise<TakenMail | undefined> {
  const row = await db
    .updateTable('mail')
    .set({
      taken_until: sql<Date>`now() + make_interval(secs => ${seconds})`,
      tries: sql<number>`tries + 1`,
    })
    .where('provider_id', '=', providerId)
    .where('id', '=', id)
    .where('state', '=', 'queued')
    .where((where) =>
      where.or([where('taken_until', 'is', null), where('taken_until', '<', sql<Date>`now()`)]),
    )
    .returning(['message_id', 'template', 'language', 'recipient', 'data', 'headers', 'tries', 'created_at'])
    .executeTakeFirst()
  if (!row?.recipient) return undefined
  return {
    id,
    providerId,
    messageId: row.message_id,
    template: row.template as Template,
    language: row.language,
    recipient: row.recipient,
    data: row.data as unknown as MailData[Template],
    headers: (row.headers ?? {}) as Record<string, string>,
    tries: row.tries,
    createdAt: row.created_at,
  }
}

export type Ending = 'sent' | 'failed' | 'refused' | 'unwanted'

/** Says how it ended, and forgets to whom it went and what it said. */
export async function endMail(
  db: Db,
  { providerId, id }: Pick<TakenMail, 'providerId' | 'id'>,
  state: Ending,
  problem: string | null = null,
): Promise<void> {
  await db
    .updateTable('mail')
    .set({
      state,
      problem,
      ended_at: sql<Date>`now()`,
      taken_until: null,
      recipient: null,
      data: null,
      headers: null,
    })
    .where('provider_id', '=', providerId)
    .where('id', '=', id)
    .where('state', '=', 'queued')
    .execute()
}

export async function putOffMail(
  db: Db,
  { providerId, id }: Pick<TakenMail, 'providerId' | 'id'>,
  at: Date,
  problem: string,
): Promise<void> {
  await db
    .updateTable('mail')
    .set({ taken_until: null, next_try_at: at, problem })
    .where('provider_id', '=', providerId)
    .where('id', '=', id)
    .execute()
}

/** Mails of all providers that were due so long ago that their job must have been lost. */
export async function mailsOverdue(
  db: Db,
  seconds: number,
  limit: number,
): Promise<{ providerId: number; mailId: bigint }[]> {
  const rows = await db
    .selectFrom('mail')
    .select(['provider_id as providerId', 'id as mailId'])
    .where('state', '=', 'queued')
    .where('next_try_at', '<', sql<Date>`now() - make_interval(secs => ${seconds})`)
    .where((where) =>
      where.or([where('taken_until', 'is', null), where('taken_until', '<', sql<Date>`now()`)]),
    )
    .orderBy('next_try_at')
    .limit(limit)
    .execute()
  return rows
}

/** @returns how many */
export async function deleteMailsEndedBefore(db: Db, moment: Date, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`delete from mail where (provider_id, id) in
    (select provider_id, id from mail where ended_at < ${moment} order by ended_at limit ${limit})`.execute(
    db,
  )
  return Number(numAffectedRows ?? 0n)
}

export type Refusal = 'bad' | 'unwanted'

export async function refusalsOf(db: Db, providerId: number, addressHash: Buffer): Promise<Refusal[]> {
  const rows = await db
    .selectFrom('mail_refusal')
    .select('kind')
    .where('provider_id', '=', providerId)
    .where('address_hash', '=', addressHash)
    .execute()
  return rows.map((row) => row.kind as Refusal)
}

export async function addRefusal(
  db: Db,
  providerId: number,
  addressHash: Buffer,
  kind: Refusal,
  problem: string | null = null,
): Promise<void> {
  await db
    .insertInto('mail_refusal')
    .values({ provider_id: providerId, address_hash: addressHash, kind, problem })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** @returns whether there was any */
export async function deleteRefusals(db: Db, providerId: number, addressHash: Buffer): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('mail_refusal')
    .where('provider_id', '=', providerId)
    .where('address_hash', '=', addressHash)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** A mail as an operator sees it: without to whom and what. */
export interface MailSummary {
  id: bigint
  template: string
  state: string
  tries: number
  createdAt: Date
  nextTryAt: Date | null
  endedAt: Date | null
  problem: string | null
}

/** Newest first. */
export async function listMails(db: Db, providerId: number, limit: number): Promise<MailSummary[]> {
  const rows = await db
    .selectFrom('mail')
    .select(['id', 'template', 'state', 'tries', 'created_at', 'next_try_at', 'ended_at', 'problem'])
    .where('provider_id', '=', providerId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    template: row.template,
    state: row.state,
    tries: row.tries,
    createdAt: row.created_at,
    nextTryAt: row.state === 'queued' ? row.next_try_at : null,
    endedAt: row.ended_at,
    problem: row.problem,
  }))
}
