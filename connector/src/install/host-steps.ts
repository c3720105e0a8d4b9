import { access, constants, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createSecret } from '../bridge/index.ts'
import { oldPluginName, pluginName } from '../lms/index.ts'
import { writeJournal } from '../store/index.ts'
import { addEntries, dumpAutoload, findComposer, missingClasses } from './class-map.ts'
import { oldCrons, switchOff } from './crons.ts'
import { copyPlugin, differences, requireOurs } from './plugin-files.ts'
import type { Action, Host } from './step.ts'

export interface HostOptions {
  /** The folder that is copied. */
  pluginSource: string
  /** auto: Composer where there is one, else entries. entries: never call Composer. skip: leave LMS's map alone. */
  composer: 'auto' | 'entries' | 'skip'
  /** Where Composer is looked for: folders as in PATH. */
  path: string
  /** The web server's group, which may read the bridge's secret. */
  webGroup: string
  /** The folder below which cron's files stand: `/`. */
  root: string
}

/** @throws Error where lms.ini does not say where LMS is */
export function pluginFolder({ ini }: Pick<Host, 'ini'>): string {
  const folder = ini.directories.pluginDir
  if (!folder) throw new Error(`${ini.path}: [directories] sys_dir is missing. Write where LMS is installed.`)
  return join(folder, pluginName)
}

/** Copies the plugin where a file differs. */
export async function filesStep(host: Host, { pluginSource }: HostOptions): Promise<Action[]> {
  const target = pluginFolder(host)
  await requireOurs(target)
  const differing = await differences(pluginSource, target)
  if (differing.length === 0) return []
  return [
    {
      says: `${target}: plugin copied (${differing.length} files new, changed or gone)`,
      run: async () => {
        await copyPlugin(pluginSource, target)
        await writeJournal(host.lms, host.lms.db, 'plugin', { folder: target })
      },
    },
  ]
}

/** Makes LMS's class map know the plugin. */
export async function classMapStep(host: Host, options: HostOptions): Promise<Action[]> {
  const { sysDir } = host.ini.directories
  const target = pluginFolder(host)
  // In a rehearsal the plugin may not be copied yet.
  const copied = (await differences(options.pluginSource, target)).length === 0
  if (copied && (await missingClasses(sysDir, target)).length === 0) return []
  if (options.composer === 'skip') return [{ says: composerAdvice(sysDir) }]
  const composer = options.composer === 'auto' ? findComposer(sysDir, options.path) : undefined
  const how = composer ? `by ${[...composer.command, 'dump-autoload'].join(' ')}` : 'by entries of our own'
  const action: Action = {
    says: `${sysDir}: class map told of ${pluginName} ${how}`,
    run: async () => {
      const trouble = composer ? await dumpAutoload(sysDir, composer) : undefined
      if (trouble) host.log.warn({ trouble }, 'Composer failed; entries are written instead')
      if ((await missingClasses(sysDir, target)).length === 0) return
      await addEntries(sysDir, target)
      const unknown = await missingClasses(sysDir, target)
      if (unknown.length > 0) {
        throw new Error(`LMS's class map does not know ${unknown.join(', ')}. ${composerAdvice(sysDir)}`)
      }
    },
  }
  const later =
    'The next "composer dump-autoload" in LMS’s folder finds the plugin by itself; nothing is left to do.'
  return composer ? [action] : [action, { says: later }]
}

function composerAdvice(sysDir: string): string {
  return `Run "composer dump-autoload" in ${sysDir}, then "bill-gateway-lms install" again.`
}

/** The bridge's secret, once. */
export async function secretStep(host: Host, { webGroup, root }: HostOptions): Promise<Action[]> {
  const { bridgeSecretFile: path } = host.settings
  if (await stat(path).catch(() => undefined)) return []
  const gid = await groupId(webGroup, root)
  if (gid === undefined) {
    return [
      {
        says: `There is no group ${webGroup} here. Install again with --web-group and the web server's group.`,
      },
    ]
  }
  return [
    {
      says: `${path}: secret of the bridge made, readable by group ${webGroup}`,
      run: async () => {
        await createSecret(path, { gid })
        await writeJournal(host.lms, host.lms.db, 'secret', { path })
      },
    },
  ]
}

async function groupId(name: string, root: string): Promise<number | undefined> {
  const text = await readFile(join(root, 'etc/group'), 'utf8').catch(() => '')
  const line = text.split('\n').find((each) => each.split(':', 1)[0] === name)
  return line ? Number(line.split(':')[2]) : undefined
}

/** Switches the old plugin's crons off, or says how. */
export async function cronStep(_host: Host, { root }: HostOptions): Promise<Action[]> {
  const actions: Action[] = []
  for (const { path, lines } of (await oldCrons(root)).filter((file) => file.lines.length > 0)) {
    const writable = await access(dirname(path), constants.W_OK).then(
      () => true,
      () => false,
    )
    const count = `${lines.length} ${lines.length === 1 ? 'line' : 'lines'} of ${oldPluginName}`
    actions.push(
      writable
        ? { says: `${path}: ${count} turned into comments`, run: () => switchOff(path) }
        : { says: `${path} still runs ${count}. Remove them: ${lines.join(' | ')}` },
    )
  }
  return actions
}
