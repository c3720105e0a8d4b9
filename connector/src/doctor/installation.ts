import { access, constants, stat } from 'node:fs/promises'
import { askBridge, placeOf } from '../bridge/index.ts'
import { differences, missingClasses, oldCrons, pluginFolder, pluginSource } from '../install/index.ts'
import { tablesExist } from '../store/index.ts'
import type { Context } from '../sync/links/index.ts'
import { type Finding, fine, problem, warning } from './finding.ts'
import { inPolish } from './polish.ts'
import { countUntaken } from './queries.ts'

const askTimeoutMs = 2_000

const installAgain = ['Run "bill-gateway-lms install".', 'Uruchom "bill-gateway-lms install".'] as const

/** Server and tables. Where the tables are missing, nothing else can be looked at. */
export async function checkDatabase({ lms }: Context): Promise<Finding[]> {
  const { engine, isMariaDb, version } = lms
  const name = engine === 'postgres' ? 'PostgreSQL' : isMariaDb ? 'MariaDB' : 'MySQL'
  const old = engine === 'postgres' && Number.parseInt(version, 10) < 12
  const server: Finding =
    name === 'MySQL' || old
      ? warning(
          'database_untested',
          [
            `the database is ${name} ${version}: the connector is written for it, but was not tested on it`,
            `baza danych to ${name} ${version}: konektor jest dla niej napisany, ale nie był na niej testowany`,
          ],
          [
            'Watch the first days closely, and tell us what you see.',
            'Obserwuj uważnie pierwsze dni i daj nam znać, co widzisz.',
          ],
        )
      : fine('database', [
          `the database can be used (${name} ${version})`,
          `baza danych działa (${name} ${version})`,
        ])
  if (await tablesExist(lms)) {
    return [server, fine('tables', ['the connector’s tables are complete', 'tabele konektora są kompletne'])]
  }
  return [
    server,
    problem(
      'tables_missing',
      [
        'the connector’s tables are missing or of an older version',
        'brakuje tabel konektora albo są ze starszej wersji',
      ],
      installAgain,
    ),
  ]
}

export function checkSettings({ settings }: Context): Finding[] {
  const { problems, allowTest, paymentExpiration, cashimportEnabled } = settings()
  const found = problems.map((each) => {
    const { name, says, mend, fatal } = each
    const make = fatal ? problem : warning
    const polish = inPolish(each)
    return make(`setting:${name}`, [`${name} ${says}`, `${name}: ${polish.says}`], [mend, polish.mend])
  })
  if (allowTest) {
    found.push(
      warning(
        'test_allowed',
        [
          'test payments are booked into the ledger (billtech.allow_test)',
          'wpłaty testowe są księgowane (billtech.allow_test)',
        ],
        [
          'Set billtech.allow_test to false before real customers pay.',
          'Ustaw billtech.allow_test na false, zanim zapłacą prawdziwi klienci.',
        ],
      ),
    )
  }
  if (paymentExpiration === 'never' && !cashimportEnabled) {
    found.push(
      warning(
        'never_settled',
        [
          'temporary payments never expire and no statement settles them: only an operator can',
          'wpłaty tymczasowe nigdy nie wygasają i nie rozlicza ich wyciąg: może to zrobić tylko operator',
        ],
        [
          'Set billtech.payment_expiration to a number of days, or billtech.cashimport_enabled to true.',
          'Ustaw billtech.payment_expiration na liczbę dni albo billtech.cashimport_enabled na true.',
        ],
      ),
    )
  }
  return found.length > 0 ? found : [fine('settings', ['the settings are right', 'ustawienia są poprawne'])]
}

/** Ours in place, known to LMS and switched on; the old one off. */
export async function checkPlugin(context: Context): Promise<Finding[]> {
  const { lms, ini, settings } = context
  const found: Finding[] = []
  if (!settings().pluginEnabled) {
    found.push(
      problem(
        'plugin_off',
        [
          'the plugin BillGateway is switched off in LMS: no link is made or changed and nothing is shown; payments are still booked',
          'wtyczka BillGateway jest w LMS wyłączona: linki nie powstają i nie zmieniają się, nic nie jest pokazywane; wpłaty nadal są księgowane',
        ],
        ['Switch it on in LMS: Konfiguracja, Wtyczki.', 'Włącz ją w LMS: Konfiguracja, Wtyczki.'],
      ),
    )
  }
  if (!ini.directories.sysDir) {
    found.push(
      problem(
        'sys_dir_missing',
        [
          `${ini.path} does not say where LMS is ([directories] sys_dir)`,
          `${ini.path} nie mówi, gdzie jest LMS ([directories] sys_dir)`,
        ],
        ['Write it there.', 'Wpisz to tam.'],
      ),
    )
    return found
  }
  found.push(...(await checkFiles(context)))
  found.push(...(await checkOld(context)))
  const untaken = await countUntaken(lms)
  if (untaken > 0) {
    found.push(
      warning(
        'old_rows',
        [
          `${untaken} rows were written by the old plugin since it was taken over`,
          `${untaken} wierszy zapisała stara wtyczka już po przejęciu`,
        ],
        [
          'Find out what still runs it, stop it, then run "bill-gateway-lms install".',
          'Znajdź i zatrzymaj to, co ją jeszcze uruchamia, potem uruchom "bill-gateway-lms install".',
        ],
      ),
    )
  }
  return found
}

async function checkFiles(context: Context): Promise<Finding[]> {
  const folder = pluginFolder(context)
  const differing = await differences(pluginSource(), folder)
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  )
  if (!isThere) {
    return [
      problem(
        'plugin_missing',
        [`the plugin is not in ${folder}`, `w ${folder} nie ma wtyczki`],
        installAgain,
      ),
    ]
  }
  const found: Finding[] = []
  if (differing.length > 0) {
    found.push(
      warning(
        'plugin_outdated',
        [
          `${folder} differs from this version in ${differing.length} files: ${differing.slice(0, 3).join(', ')}`,
          `${folder} różni się od tej wersji, plików: ${differing.length}: ${differing.slice(0, 3).join(', ')}`,
        ],
        installAgain,
      ),
    )
  }
  const unknown = await missingClasses(context.ini.directories.sysDir, folder)
  if (unknown.length > 0) {
    found.push(
      problem(
        'class_unknown',
        [
          `LMS’s class map does not know ${unknown.slice(0, 3).join(', ')}: the plugin does not load`,
          `mapa klas LMS nie zna ${unknown.slice(0, 3).join(', ')}: wtyczka się nie załaduje`,
        ],
        [
          `Run "composer dump-autoload" in ${context.ini.directories.sysDir}.`,
          `Uruchom "composer dump-autoload" w ${context.ini.directories.sysDir}.`,
        ],
      ),
    )
  }
  return found.length > 0
    ? found
    : [
        fine('plugin', [
          'the plugin is in place and its classes load',
          'wtyczka jest na miejscu, a jej klasy się ładują',
        ]),
      ]
}

async function checkOld({ settings }: Context): Promise<Finding[]> {
  const found: Finding[] = []
  if (settings().oldPluginEnabled) {
    found.push(
      problem(
        'old_plugin_on',
        [
          'the old plugin BillTech is still switched on: it makes links and books payments a second time',
          'stara wtyczka BillTech jest nadal włączona: drugi raz tworzy linki i księguje wpłaty',
        ],
        [
          'Run "bill-gateway-lms install", or switch BillTech off in LMS: Konfiguracja, Wtyczki.',
          'Uruchom "bill-gateway-lms install" albo wyłącz BillTech w LMS: Konfiguracja, Wtyczki.',
        ],
      ),
    )
  }
  for (const { path, lines } of (await oldCrons('/')).filter((file) => file.lines.length > 0)) {
    found.push(
      problem(
        'old_cron',
        [
          `${path} still runs ${lines.length} lines of the old plugin`,
          `${path} nadal uruchamia starą wtyczkę, wierszy: ${lines.length}`,
        ],
        [`Remove them from ${path}: ${lines.join(' | ')}`, `Usuń je z ${path}: ${lines.join(' | ')}`],
      ),
    )
  }
  return found.length > 0
    ? found
    : [fine('old_plugin', ['the old plugin is off', 'stara wtyczka jest wyłączona'])]
}

/** Whether the plugin's questions reach a connector and come back. */
export async function checkBridge({ settings }: Context): Promise<Finding[]> {
  const place = placeOf(settings())
  const readable = await access(place.secretFile, constants.R_OK).then(
    () => true,
    () => false,
  )
  const exists = await stat(place.secretFile).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  )
  if (exists && !readable) {
    return [
      warning(
        'secret_unreadable',
        [
          `${place.secretFile} cannot be read by this user, so the hooks could not be tried`,
          `ten użytkownik nie może odczytać ${place.secretFile}, więc zaczepów nie dało się sprawdzić`,
        ],
        [
          'Run doctor as the user of the connector, or as root.',
          'Uruchom doctor jako użytkownik konektora albo root.',
        ],
      ),
    ]
  }
  try {
    await askBridge(place, 'ping', {}, askTimeoutMs)
    return [fine('bridge', ['the plugin’s questions are answered', 'konektor odpowiada na pytania wtyczki'])]
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error)
    return [
      problem(
        'bridge_away',
        [
          `LMS’s hooks find no connector: no buttons are shown, placeholders vanish from mails (${says})`,
          `zaczepy LMS nie znajdują konektora: przyciski się nie pokazują, a znaczniki znikają z wiadomości (${says})`,
        ],
        [
          'Start it: "systemctl enable --now bill-gateway-lms".',
          'Uruchom go: "systemctl enable --now bill-gateway-lms".',
        ],
      ),
    ]
  }
}
