import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { bareNrb, isNrb, StatementFormatName, Statement as StatementView } from '@bill-gateway/contract'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { ApiError, validationFailed } from '../platform/http/errors.ts'
import { keyedProblems } from '../platform/http/problems.ts'
import type { Platform } from '../platform/platform.ts'
import { accessOf, type Provider } from '../provider/index.ts'
import {
  type CsvProfile,
  csvProfileOf,
  csvProfiles,
  encodingOf,
  type StatementFormat,
} from './format/index.ts'
import { importStatement, statementBytesMax } from './import.ts'
import { statementOfKey } from './queries/statements.ts'
import type { Statement } from './statement.ts'
import { viewsOfStatements } from './view.ts'

const text = (description: string, rule: string, maxLength = 200) =>
  Type.Optional(Type.String({ minLength: 1, maxLength, description, 'x-rule': rule }))

const Query = Type.Object({
  format: Type.Optional(StatementFormatName),
  encoding: text(
    'Such as windows-1250, iso-8859-2, cp852 or utf-8. Without it the file is looked at.',
    'must be the name of an encoding of bank files',
    40,
  ),
  profile: text(
    'How a CSV file is built: the name of a known profile, or a profile of your own as JSON.',
    'must be the name of a CSV profile, or one as JSON of at most 8000 characters',
    8_000,
  ),
  account: text('The account of a file that names none, 26 digits.', 'must be an account of 26 digits', 40),
  fileName: text('As people know the file.', 'must be a string of 1 to 255 characters', 255),
})

const schema = {
  tags: ['Statements'],
  security: [{ key: [] }],
  summary: 'Import a bank statement',
  description:
    'The body is the file as the bank gives it, of any media type, at most 200 MB: MT940, camt.053, CSV, or an Elixir report. All of its entries are stored or, where it cannot be read to its end, none. An entry that any file has brought before is not stored again, so files may overlap and be sent again. The answer comes when the file is read; its entries are decided afterwards: ask for the status, or hear the events.',
  headers: Type.Object({
    'idempotency-key': Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: 'The same key with the same file answers the same statement.',
        'x-rule': 'must have 1 to 255 characters',
      }),
    ),
  }),
  querystring: Query,
  body: {
    content: {
      'application/octet-stream': {
        schema: Type.Unsafe<unknown>({ description: 'The file, as the bank gave it.' }),
      },
    },
  },
  response: {
    201: {
      description: 'The file was read.',
      content: { 'application/json': { schema: StatementView } },
    },
    ...keyedProblems(409, 413, 415, 422),
  },
}

interface Upload {
  Querystring: {
    format?: StatementFormat
    encoding?: string
    profile?: string
    account?: string
    fileName?: string
  }
  Headers: { 'idempotency-key'?: string }
}

/** Call it on a scope of its own: it takes every media type, as a stream. */
export function addUpload(app: FastifyInstance, platform: Platform): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  const validatorCompiler: typeof app.validatorCompiler = (options) =>
    options.httpPart === 'body' ? () => true : (app.validatorCompiler?.(options) ?? (() => true))
  app.post<Upload>('/pay/v1/statements', { schema, validatorCompiler }, async (request, reply) => {
    const { provider } = accessOf(request)
    const statement = await upload(platform, provider, request)
    if (statement.state === 'failed')
      throw new ApiError('statement_unreadable', { detail: statement.problem ?? '' })
    const [view] = await viewsOfStatements(platform.db, provider, [statement])
    return reply.code(201).send(view)
  })
}

async function upload(
  platform: Platform,
  provider: Provider,
  request: FastifyRequest<Upload>,
): Promise<Statement> {
  if (Number(request.headers['content-length'] ?? 0) > statementBytesMax) throw new ApiError('body_too_large')
  const options = optionsOf(request.query)
  const idempotencyKey = request.headers['idempotency-key']
  const input = request.body instanceof Readable ? request.body : Readable.from([])
  const key = idempotencyKey === undefined ? {} : { idempotencyKey }
  // A file that cannot be read is answered too: its connection must not be closed before.
  const bytes = input.iterator({ destroyOnReturn: false })
  const statement = await importStatement(platform, provider, bytes, { ...options, ...key, source: 'api' })
  if (!statement) return answerAgain(platform, provider, input, idempotencyKey ?? '')
  input.resume()
  return statement
}

/** @throws ApiError 409 while the first upload runs, 422 where it was of another file */
async function answerAgain(
  { db }: Platform,
  provider: Provider,
  input: Readable,
  key: string,
): Promise<Statement> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of input.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length
    if (bytes > statementBytesMax) throw new ApiError('body_too_large')
    hash.update(chunk)
  }
  const first = await statementOfKey(db, provider.id, key)
  if (!first || first.statement.state === 'reading') throw new ApiError('request_in_progress')
  if (first.sha256 && !first.sha256.equals(hash.digest())) throw new ApiError('idempotency_key_reused')
  return first.statement
}

function optionsOf({ format, encoding, profile, account, fileName }: Upload['Querystring']) {
  if (encoding !== undefined && encodingOf(encoding) === undefined)
    throw refused('encoding', 'encoding must be the name of an encoding of bank files')
  if (account !== undefined && !isNrb(bareNrb(account)))
    throw refused('account', 'account must be a Polish account number of 26 digits')
  return {
    ...(format === undefined ? {} : { format }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(profile === undefined ? {} : { profile: profileOf(profile) }),
    ...(account === undefined ? {} : { account: bareNrb(account) }),
    ...(fileName === undefined ? {} : { fileName }),
  }
}

function profileOf(written: string): CsvProfile {
  const known = csvProfiles.find(({ name }) => name === written)
  if (known) return known
  try {
    return csvProfileOf(JSON.parse(written))
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'it is neither a known name nor JSON' : String(error)
    throw refused('profile', `profile cannot be used: ${reason}`)
  }
}

function refused(field: string, detail: string): ApiError {
  return validationFailed([{ pointer: `/querystring/${field}`, code: 'invalid', detail }])
}
