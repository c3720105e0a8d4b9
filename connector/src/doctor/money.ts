import { readBlockRules } from '../lms/index.ts'
import { databaseTime } from '../platform/index.ts'
import { countRefused, listRefused } from '../store/index.ts'
import type { Context } from '../sync/links/index.ts'
import { type Finding, fine, firstOf, problem, type Said, warning } from './finding.ts'
import { differing, doubledBalances, longOpen, owingWithoutLink } from './queries.ts'
import { spanOf } from './work.ts'

const shownMax = 20
const day = 86_400
/** A transfer takes a bank day or two, and the statement another. */
const waitsLongDays = 7

/** Which documents have no link, and why. */
export async function checkLinks(context: Context): Promise<Finding[]> {
  const { lms } = context
  const [refused, counts] = [
    await listRefused(lms.db, { kind: 'link', limit: shownMax }),
    await countRefused(lms.db),
  ]
  const found: Finding[] = []
  if (counts.link > 0) {
    const lines = refused.map(({ customer_id, operation_id, field, says }) => {
      const where = field ? ` (${field})` : ''
      return `customer ${customer_id ?? '-'}, document ${operation_id ?? '-'}${where}: ${says}`
    })
    found.push(
      problem(
        'links_refused',
        [
          `${counts.link} documents have no link, because their data were refused:\n${firstOf(lines, counts.link, 'and')}`,
          `dokumenty bez linku, bo ich dane odrzucono: ${counts.link}\n${firstOf(lines, counts.link, 'i')}`,
        ],
        [
          'Mend what is named in LMS; the next pass tries again by itself.',
          'Popraw wymienione dane w LMS; następny przebieg spróbuje sam.',
        ],
      ),
    )
  }
  const without = await owingWithoutLink(lms, shownMax + counts.link)
  const known = new Set((await listRefused(lms.db, { kind: 'link' })).map(({ customer_id }) => customer_id))
  const rows = without.rows.filter(({ customerid }) => !known.has(customerid))
  if (rows.length > 0) found.push(withoutLink(rows, context))
  return found.length > 0
    ? found
    : [fine('links', ['every customer who owes has a link', 'każdy klient z zaległością ma link'])]
}

function withoutLink(rows: { customerid: number; looked: boolean }[], { settings }: Context): Finding {
  const ids = rows
    .slice(0, shownMax)
    .map(({ customerid }) => customerid)
    .join(', ')
  const waiting = rows.filter(({ looked }) => !looked).length
  const why: Said = !settings().pluginEnabled
    ? ['the plugin is switched off', 'wtyczka jest wyłączona']
    : waiting > 0
      ? [
          `${waiting} of them wait for the next pass over links`,
          `${waiting} z nich czeka na następny przebieg linków`,
        ]
      : ['the next full pass looks at them again', 'obejrzy je następny pełny przebieg']
  return warning(
    'links_missing',
    [
      `customers who owe and have no link: ${ids} (${why[0]})`,
      `klienci z zaległością bez linku: ${ids} (${why[1]})`,
    ],
    [
      'Run "bill-gateway-lms update-links --full" if they stay.',
      'Jeśli nie znikną, uruchom "bill-gateway-lms update-links --full".',
    ],
  )
}

/** Which payments are not matched, and why. */
export async function checkPayments(context: Context): Promise<Finding[]> {
  const { lms, settings } = context
  const now = await databaseTime(lms.db, lms)
  const found: Finding[] = []
  const counts = await countRefused(lms.db)
  if (counts.payment > 0) found.push(await keptAside(context, counts.payment))
  const transfers = await differing(lms, shownMax)
  if (transfers.length > 0) {
    const lines = transfers.map(
      ({ importid, customerid, value, reference_digits }) =>
        `import ${importid}: ${value}, customer ${customerid ?? '-'}, ref ${reference_digits ?? '-'}`,
    )
    found.push(
      warning(
        'payments_differ',
        [
          `transfers with a reference of ours, but for another sum or customer:\n${lines.join('\n')}`,
          `przelewy z naszym numerem ref, ale na inną kwotę lub innego klienta:\n${lines.join('\n')}`,
        ],
        [
          'Compare them under Finanse, Płatności BillTech, and settle the payments by hand.',
          'Porównaj je w Finanse, Płatności BillTech i rozlicz wpłaty ręcznie.',
        ],
      ),
    )
  }
  const waiting = settings().cashimportEnabled ? await longOpen(lms, now - waitsLongDays * day, shownMax) : []
  if (waiting.length > 0) {
    const lines = waiting.map(
      ({ id, customerid, reference_number, amount, cdate }) =>
        `payment ${id}: ${amount}, customer ${customerid ?? '-'}, ref ${reference_number ?? '-'}, ${spanOf(now - cdate)}`,
    )
    found.push(
      warning(
        'payments_waiting',
        [
          `payments whose transfer no statement has brought for over ${waitsLongDays} days:\n${lines.join('\n')}`,
          `wpłaty, których przelewu nie ma na wyciągu od ponad ${waitsLongDays} dni:\n${lines.join('\n')}`,
        ],
        [
          'Is the statement imported, and does its pattern keep the transfer title with “ref …” (cashimport, comment_replace)? Settle them by hand if the money is there.',
          'Czy wyciąg jest importowany, a wzorzec zachowuje tytuł przelewu z „ref …” (cashimport, comment_replace)? Jeśli pieniądze wpłynęły, rozlicz je ręcznie.',
        ],
      ),
    )
  }
  return found.length > 0
    ? found
    : [fine('payments', ['no payment waits for anybody', 'żadna wpłata na nikogo nie czeka'])]
}

async function keptAside({ lms }: Context, count: number): Promise<Finding> {
  const kept = await listRefused(lms.db, { kind: 'payment', limit: shownMax })
  const lines = kept.map(
    ({ customer_id, row_id, says }) => `customer ${customer_id ?? '-'}, row ${row_id ?? '-'}: ${says}`,
  )
  return problem(
    'payments_kept',
    [
      `${count} payments could not be booked:\n${firstOf(lines, count, 'and')}`,
      `wpłaty, których nie dało się zaksięgować: ${count}\n${firstOf(lines, count, 'i')}`,
    ],
    [
      'Look at them under Finanse, Płatności BillTech; they are tried again by themselves.',
      'Obejrzyj je w Finanse, Płatności BillTech; kolejne próby nastąpią same.',
    ],
  )
}

/** How blocks are lifted here, and whether LMS's cached balances are whole. */
export async function checkBlocking({ lms, ini, settings }: Context): Promise<Finding[]> {
  const found: Finding[] = []
  if (settings().manageCutoff) {
    const { job, foundBy } = await readBlockRules(lms, ini, settings())
    found.push(
      job === 'unknown'
        ? warning(
            'blocking_unknown',
            [
              'it could not be found out which program blocks customers here; the total balance decides',
              'nie udało się ustalić, który program blokuje tu klientów; decyduje saldo',
            ],
            [
              'Set billtech.blocking to cutoff, lmsd, notify or none.',
              'Ustaw billtech.blocking na cutoff, lmsd, notify albo none.',
            ],
          )
        : fine('blocking', [
            `blocks are lifted as ${job} sets them (${foundBy})`,
            `blokady są zdejmowane tak, jak je nakłada ${job} (${foundBy})`,
          ]),
    )
  }
  const doubled = await doubledBalances(lms)
  if (doubled > 0) {
    found.push(
      warning(
        'balances_doubled',
        [
          `LMS’s cached balances hold ${doubled} customers twice: its lists show them twice`,
          `podręczne salda LMS mają podwójne wiersze, klientów: ${doubled}: listy pokazują ich dwa razy`,
        ],
        [
          'The next payment of such a customer repairs it; lists of LMS are wrong until then.',
          'Naprawi to następna wpłata takiego klienta; do tego czasu listy LMS są błędne.',
        ],
      ),
    )
  }
  return found
}
