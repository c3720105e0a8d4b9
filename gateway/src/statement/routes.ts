import {
  MatchStatementEntry,
  StatementEntry,
  StatementEntryPage,
  StatementEntryState,
  StatementPage,
  Statement as StatementView,
} from '@bill-gateway/contract'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Tx } from '../platform/db/transaction.ts'
import { ApiError, validationFailed } from '../platform/http/errors.ts'
import { keyedProblems } from '../platform/http/problems.ts'
import type { Platform } from '../platform/platform.ts'
import { accessOf, authenticate, type Provider, withIdempotencyKey } from '../provider/index.ts'
import { finishMatch, ignoreEntry, matchEntry, numberForMatch, undoEntry } from './by-hand.ts'
import { type EntryState, idOfEntry } from './entry.ts'
import { findEntry, listEntries } from './queries/entries.ts'
import { findStatement, listStatements } from './queries/statements.ts'
import { addUpload } from './upload.ts'
import { viewsOfEntries, viewsOfStatements } from './view.ts'

const common = { tags: ['Statements'], security: [{ key: [] }] }
const limitMax = 100
const limit = Type.Integer({
  minimum: 1,
  maximum: limitMax,
  default: 50,
  description: 'How many at most.',
  'x-rule': `must be a whole number from 1 to ${limitMax}`,
})
const entryId = Type.Object({ id: Type.String({ description: 'The entry’s id.', examples: ['se_90412'] }) })
const idempotencyKey = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({ description: 'The same key with the same body does nothing a second time for 24 hours.' }),
  ),
})
const entryAnswer = {
  description: 'The entry as it is now.',
  content: { 'application/json': { schema: StatementEntry } },
}

/** The API of bank statements. */
export function statementRoutes(platform: Platform): FastifyPluginAsync {
  return async (app) => {
    app.addHook('onRequest', authenticate(platform))
    addStatements(app, platform)
    addEntries(app, platform)
    addActs(app, platform)
    await app.register(async (scope) => addUpload(scope, platform))
  }
}

function addStatements(app: FastifyInstance, platform: Platform): void {
  const listSchema = {
    ...common,
    summary: 'List statements',
    description: 'The files that were brought, newest first, with what became of their entries.',
    querystring: Type.Object({
      limit,
      before: Type.Optional(
        Type.String({
          maxLength: 40,
          description: 'Out of `next`.',
          'x-rule': 'must be an id of a statement',
        }),
      ),
    }),
    response: {
      200: { description: 'The files.', content: { 'application/json': { schema: StatementPage } } },
      ...keyedProblems(),
    },
  }
  app.get<{ Querystring: { limit: number; before?: string } }>(
    '/pay/v1/statements',
    { schema: listSchema },
    async (request) => {
      const { provider } = accessOf(request)
      const { limit: wanted, before } = request.query
      const last = before === undefined ? undefined : await findStatement(platform.db, provider.id, before)
      if (before !== undefined && !last) throw unknownId('before', 'a statement')
      const found = await listStatements(platform.db, provider.id, last?.id, wanted)
      const next = found.length === wanted ? (found.at(-1)?.publicId ?? null) : null
      return { statements: await viewsOfStatements(platform.db, provider, found), next }
    },
  )
  const schema = {
    ...common,
    summary: 'Status of a statement',
    description: 'How far the reading and matching of a file is, and what became of its entries.',
    params: Type.Object({
      id: Type.String({ description: 'The statement’s id.', examples: ['st_Wq3n8Zr5YbT1kXv7Ls2P'] }),
    }),
    response: {
      200: { description: 'The file.', content: { 'application/json': { schema: StatementView } } },
      ...keyedProblems(404),
    },
  }
  app.get<{ Params: { id: string } }>('/pay/v1/statements/:id', { schema }, async (request) => {
    const { provider } = accessOf(request)
    const statement = await findStatement(platform.db, provider.id, request.params.id)
    if (!statement) throw new ApiError('not_found')
    const [view] = await viewsOfStatements(platform.db, provider, [statement])
    return view
  })
}

interface EntriesRequest {
  Querystring: { state?: EntryState | 'queue'; statement?: string; limit: number; after?: string }
}

function addEntries(app: FastifyInstance, platform: Platform): void {
  const listSchema = {
    ...common,
    summary: 'List entries of statements',
    description:
      'Oldest first. `state=queue` lists what waits for a person, each with the payers that it may be of.',
    querystring: Type.Object({
      state: Type.Optional(
        Type.Enum([...StatementEntryState.enum, 'queue'], {
          description: 'Only of this state; queue: whatever waits for a person.',
          'x-rule': 'must be a state of entries, or queue',
        }),
      ),
      statement: Type.Optional(
        Type.String({
          maxLength: 40,
          description: 'Only what this file was the first to bring.',
          'x-rule': 'must be an id of a statement',
        }),
      ),
      limit,
      after: Type.Optional(
        Type.String({ maxLength: 40, description: 'Out of `next`.', 'x-rule': 'must be an id of an entry' }),
      ),
    }),
    response: {
      200: { description: 'The entries.', content: { 'application/json': { schema: StatementEntryPage } } },
      ...keyedProblems(),
    },
  }
  app.get<EntriesRequest>('/pay/v1/statements/entries', { schema: listSchema }, async (request) => {
    const { provider } = accessOf(request)
    const { state, statement: file, limit: wanted, after } = request.query
    const statement = file === undefined ? undefined : await findStatement(platform.db, provider.id, file)
    if (file !== undefined && !statement) throw unknownId('statement', 'a statement')
    const last = after === undefined ? undefined : idOfEntry(after)
    if (after !== undefined && last === undefined) throw unknownId('after', 'an entry')
    const found = await listEntries(platform.db, provider.id, {
      limit: wanted,
      ...(state === undefined ? {} : { state }),
      ...(statement === undefined ? {} : { statementId: statement.id }),
      ...(last === undefined ? {} : { after: last }),
    })
    const entries = await viewsOfEntries(platform.db, provider, found)
    return { entries, next: found.length === wanted ? (entries.at(-1)?.id ?? null) : null }
  })
  const schema = {
    ...common,
    summary: 'An entry of a statement',
    description: 'One credit or debit of the bank account, what became of it, and whom it may be of.',
    params: entryId,
    response: { 200: entryAnswer, ...keyedProblems(404) },
  }
  app.get<{ Params: { id: string } }>('/pay/v1/statements/entries/:id', { schema }, async (request) =>
    viewOf(platform, accessOf(request).provider, request.params.id),
  )
}

async function viewOf({ db }: Platform, provider: Provider, publicId: string): Promise<StatementEntry> {
  const entry = await findEntry(db, provider.id, idOfEntry(publicId) ?? 0n)
  const [view] = entry ? await viewsOfEntries(db, provider, [entry]) : []
  if (!view) throw new ApiError('not_found')
  return view
}

interface ActRequest {
  Params: { id: string }
  Body: MatchStatementEntry
}

function addActs(app: FastifyInstance, platform: Platform): void {
  const answers = { response: { 200: entryAnswer, ...keyedProblems(404, 409, 413, 415, 422) } }
  const shared = { ...common, params: entryId, headers: idempotencyKey, ...answers }
  const matchSchema = {
    ...shared,
    summary: 'Match an entry of a statement',
    description:
      'Says what an entry that waits is for. The money is recorded as a payment of the link or the payer; with `paymentId` it is the transfer of a payment that is recorded already.',
    body: MatchStatementEntry,
  }
  app.post<ActRequest>('/pay/v1/statements/entries/:id/match', { schema: matchSchema }, async (request) => {
    const { provider } = accessOf(request)
    const { id } = request.params
    const number = await numberForMatch(platform.db, provider)
    await act(platform, request, (tx) => matchEntry(tx, provider, id, request.body, number))
    await finishMatch(platform, provider, id)
    return viewOf(platform, provider, id)
  })
  const ignoreSchema = {
    ...shared,
    summary: 'Ignore an entry of a statement',
    description: 'Says that an entry that waits is no payment of your bills.',
  }
  app.post<ActRequest>('/pay/v1/statements/entries/:id/ignore', { schema: ignoreSchema }, async (request) => {
    const { provider } = accessOf(request)
    await act(platform, request, (tx) => ignoreEntry(tx, provider, request.params.id))
    return viewOf(platform, provider, request.params.id)
  })
  const undoSchema = {
    ...shared,
    summary: 'Undo what became of an entry',
    description:
      'The entry waits for a person again. A payment that it became is reversed as a whole, which a `payment.reversed` event tells; its links stay paid, so ask for what is owed by new links. Refused where money of the payment was given back.',
  }
  app.post<ActRequest>('/pay/v1/statements/entries/:id/undo', { schema: undoSchema }, async (request) => {
    const { provider } = accessOf(request)
    await act(platform, request, (tx) => undoEntry(tx, provider, request.params.id))
    return viewOf(platform, provider, request.params.id)
  })
}

/** The same Idempotency-Key does nothing a second time; the answer is the entry as it is now. */
async function act(
  platform: Platform,
  request: FastifyRequest,
  work: (tx: Tx) => Promise<void>,
): Promise<void> {
  await withIdempotencyKey(platform, request, accessOf(request), async (tx) => {
    await work(tx)
    return { status: 200, body: {} }
  })
}

function unknownId(field: string, what: string): ApiError {
  return validationFailed([
    { pointer: `/querystring/${field}`, code: 'unknown', detail: `${field} must be an id of ${what}` },
  ])
}
