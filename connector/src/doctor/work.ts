import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { databaseTime } from '../platform/index.ts'
import { heldLeases, readInfo } from '../store/index.ts'
import type { Context } from '../sync/links/index.ts'
import { type Finding, fine, problem, type Said, warning } from './finding.ts'

/** Where cron's lines write day files. */
export const defaultLogDirectory = '/var/log/billtech'
const minute = 60
const day = 86_400
const aliveForSeconds = 2 * minute
const leaseLongSeconds = 3_600

const startIt: Said = [
  'Start "bill-gateway-lms watch" (systemctl enable --now bill-gateway-lms), or install packaging/cron.',
  'Uruchom "bill-gateway-lms watch" (systemctl enable --now bill-gateway-lms) albo zainstaluj packaging/cron.',
]

interface End {
  at: number
  ok: boolean
  says?: string
}

async function readEnd({ lms }: Context, pass: string): Promise<End | undefined> {
  try {
    return JSON.parse((await readInfo(lms.db, `pass:${pass}`)) ?? '') as End
  } catch {
    return undefined
  }
}

/** Do the passes run, and did they do all of it. */
export async function checkPasses(context: Context): Promise<Finding[]> {
  const { lms, settings } = context
  const now = await databaseTime(lms.db, lms)
  const alive = now - Number((await readInfo(lms.db, 'watch:alive')) ?? 0) <= aliveForSeconds
  const found: Finding[] = [
    alive
      ? fine('watch', ['watch is running', 'watch działa'])
      : warning(
          'watch_away',
          [
            'watch is not running: payments come in only with cron, LMS’s pages show no buttons',
            'watch nie działa: wpłaty przychodzą tylko z crona, a strony LMS nie pokazują przycisków',
          ],
          startIt,
        ),
  ]
  const passes = [
    { name: 'links', en: 'update-links', longest: 3 * settings().linksEveryMinutes * minute },
    { name: 'payments', en: 'update-payments', longest: 5 * minute },
    { name: 'logs', en: 'clear-logs', longest: 35 * day },
  ]
  for (const { name, en, longest } of passes)
    found.push(passFinding(en, await readEnd(context, name), now, longest))
  return found
}

function passFinding(name: string, end: End | undefined, now: number, longest: number): Finding {
  if (!end) {
    // Once a month is early enough for the logs.
    const make = name === 'clear-logs' ? warning : problem
    return make(`pass_never:${name}`, [`${name} has never run`, `${name} jeszcze nigdy nie działał`], startIt)
  }
  const ago = spanOf(now - end.at)
  if (now - end.at > longest) {
    return problem(
      `pass_late:${name}`,
      [`${name} ran last ${ago} ago`, `${name} działał ostatnio ${ago} temu`],
      startIt,
    )
  }
  if (end.ok) return fine(`pass:${name}`, [`${name} ran ${ago} ago`, `${name} działał ${ago} temu`])
  return problem(
    `pass_failed:${name}`,
    [
      `${name} failed ${ago} ago: ${end.says ?? ''}`,
      `${name} nie powiódł się ${ago} temu: ${end.says ?? ''}`,
    ],
    [
      'What is named there has to be mended; it is tried again by itself.',
      'Trzeba naprawić to, co tu wymieniono; kolejna próba nastąpi sama.',
    ],
  )
}

/** `45 s`, `12 min`, `3 h`, `2 d`: the same in both languages. */
export function spanOf(seconds: number): string {
  if (seconds < 2 * minute) return `${Math.max(0, seconds)} s`
  if (seconds < 2 * 3_600) return `${Math.floor(seconds / minute)} min`
  if (seconds < 2 * day) return `${Math.floor(seconds / 3_600)} h`
  return `${Math.floor(seconds / day)} d`
}

/** Is a lock held, by whom, for how long. */
export async function checkLeases({ lms }: Context): Promise<Finding[]> {
  const now = await databaseTime(lms.db, lms)
  const held = await heldLeases(lms)
  if (held.length === 0) return [fine('lease', ['no lock is held', 'żadna dzierżawa nie jest zajęta'])]
  return held.map(({ name, holder, since }) => {
    const span = spanOf(now - since)
    const says: Said = [
      `${name} is being worked on by ${holder}, for ${span}`,
      `nad ${name} pracuje ${holder}, od ${span}`,
    ]
    if (now - since < leaseLongSeconds) return fine(`lease:${name}`, says)
    return warning(`lease_long:${name}`, says, [
      'Its host and process stand in its name: look whether it still gets on. A process that dies loses the lock within a minute.',
      'Nazwa zawiera maszynę i proces: sprawdź, czy jeszcze pracuje. Proces, który się zakończył, traci dzierżawę w ciągu minuty.',
    ])
  })
}

/** Are the day files fresh, where cron writes them. */
export async function checkLogFiles(directory: string): Promise<Finding[]> {
  const names = await readdir(directory).catch(() => [])
  const found: Finding[] = []
  for (const pass of ['update-links', 'update-payments']) {
    const newest = names
      .filter((name) => name.endsWith(`-${pass}.log`))
      .sort()
      .at(-1)
    if (!newest) continue
    const { mtimeMs } = await stat(join(directory, newest))
    const age = Math.floor((Date.now() - mtimeMs) / 1000)
    const says: Said = [
      `${directory}/${newest} was written ${spanOf(age)} ago`,
      `${directory}/${newest}: ostatni zapis ${spanOf(age)} temu`,
    ]
    found.push(age > day ? warning(`log_stale:${pass}`, says, startIt) : fine(`log:${pass}`, says))
  }
  return found
}
