import { readText } from './client-body.ts'
import type { CallOptions, CreateOptions } from './client-links.ts'
import type { Transport } from './client-request.ts'
import type {
  MatchStatementEntry,
  Statement,
  StatementEntry,
  StatementEntryPage,
  StatementEntryState,
  StatementFormatName,
  StatementPage,
} from './statement.ts'

export interface ImportStatementOptions extends CallOptions {
  /** Without these the file is looked at. */
  format?: StatementFormatName
  encoding?: string
  /** Of a CSV file: the name of a known profile, or one of your own as JSON. */
  profile?: string
  /** The account of a file that names none, 26 digits. */
  account?: string
  /** As people know the file. */
  fileName?: string
}

export interface StatementEntriesOptions extends CallOptions {
  /** Only of this state; queue: what waits for a person. */
  state?: StatementEntryState | 'queue'
  /** Only what this statement was the first to bring. */
  statement?: string
}

/** Your bank's statements: they confirm transfers. */
export interface StatementCalls {
  /**
   * Sends a file of the bank, of at most 200 MB. Its entries are decided after the answer: ask by `get`, or hear
   * the events. Not repeated by itself; sending a file again changes nothing. It has no time-out but the signal.
   *
   * @throws BillGatewayError `statement_unreadable`, with the line in `detail`; nothing was stored
   * @example
   * const { entriesNew } = await client.statements.import(await readFile('wyciag.sta'))
   */
  import(file: Uint8Array | ReadableStream<Uint8Array>, options?: ImportStatementOptions): Promise<Statement>
  /** The newest first, page after page as the loop goes on. */
  list(options?: CallOptions): AsyncIterable<Statement>
  /** @throws BillGatewayError `not_found` */
  get(id: string, options?: CallOptions): Promise<Statement>
  /**
   * The oldest first, page after page as the loop goes on.
   *
   * @example
   * for await (const entry of client.statements.entries({ state: 'queue' })) console.log(entry.suggestions)
   */
  entries(options?: StatementEntriesOptions): AsyncIterable<StatementEntry>
  /** @throws BillGatewayError `not_found` */
  entry(id: string, options?: CallOptions): Promise<StatementEntry>
  /**
   * Says what an entry that waits is for. Safe to repeat.
   *
   * @throws BillGatewayError `not_found`, or `statement_entry_decided` where it does not wait
   */
  match(id: string, target: MatchStatementEntry, options?: CreateOptions): Promise<StatementEntry>
  /** Says that an entry that waits is no payment. @throws BillGatewayError as `match` */
  ignore(id: string, options?: CreateOptions): Promise<StatementEntry>
  /**
   * Takes back what became of an entry; a payment that it became is reversed.
   *
   * @throws BillGatewayError `not_found`, or `statement_entry_decided` where nothing was decided or money of the
   *   payment was given back
   */
  undo(id: string, options?: CreateOptions): Promise<StatementEntry>
}

const answerBytesMax = 1024 * 1024
const base = '/pay/v1/statements'

export function statementCalls(transport: Transport): StatementCalls {
  const get = async (call: string, path: string, query: Query, signal?: AbortSignal): Promise<unknown> =>
    (await transport.send({ call, method: 'GET', path, query, repeatable: true, signal })).body
  const act = async (
    what: 'match' | 'ignore' | 'undo',
    id: string,
    body: object | undefined,
    { idempotencyKey = crypto.randomUUID(), signal }: CreateOptions = {},
  ) => {
    const answer = await transport.send({
      call: `statements.${what}`,
      method: 'POST',
      path: `${base}/entries/${encodeURIComponent(id)}/${what}`,
      ...(body === undefined ? {} : { body }),
      headers: { 'idempotency-key': idempotencyKey },
      repeatable: true,
      signal,
    })
    return answer.body as StatementEntry
  }
  return {
    import: (file, options = {}) => importStatement(transport, file, options),
    async *list({ signal } = {}) {
      for (let before: string | null | undefined; before !== null; ) {
        const page = (await get('statements.list', base, { before }, signal)) as StatementPage
        yield* page.statements
        before = page.next
      }
    },
    async get(id, { signal } = {}) {
      return (await get('statements.get', `${base}/${encodeURIComponent(id)}`, {}, signal)) as Statement
    },
    async *entries({ state, statement, signal } = {}) {
      for (let after: string | null | undefined; after !== null; ) {
        const query = { state, statement, after }
        const page = (await get('statements.entries', `${base}/entries`, query, signal)) as StatementEntryPage
        yield* page.entries
        after = page.next
      }
    },
    async entry(id, { signal } = {}) {
      const path = `${base}/entries/${encodeURIComponent(id)}`
      return (await get('statements.entry', path, {}, signal)) as StatementEntry
    },
    match: (id, target, options) => act('match', id, target, options),
    ignore: (id, options) => act('ignore', id, undefined, options),
    undo: (id, options) => act('undo', id, undefined, options),
  }
}

type Query = Record<string, string | undefined>

async function importStatement(
  transport: Transport,
  file: Uint8Array | ReadableStream<Uint8Array>,
  { signal = new AbortController().signal, ...query }: ImportStatementOptions,
): Promise<Statement> {
  const given = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined))
  const response = await transport.open({
    call: 'statements.import',
    method: 'POST',
    path: `${base}?${given}`,
    headers: { 'content-type': 'application/octet-stream' },
    body: file instanceof Uint8Array ? streamOf(file) : file,
    signal,
  })
  return JSON.parse(await readText(response, answerBytesMax)) as Statement
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      if (bytes.length > 0) controller.enqueue(bytes)
      controller.close()
    },
  })
}
