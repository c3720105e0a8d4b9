import { oldPluginName, pluginName, pluginsOf, writeSetting } from '../lms/index.ts'
import { transact } from '../platform/index.ts'
import { readJournal, writeJournal } from '../store/index.ts'
import { withOurs } from './plugin-list.ts'
import { pluginRows } from './queries/settings.ts'
import type { Action, Host } from './step.ts'

/** Switches our plugin on in LMS and the old one off, in one write. */
export async function switchStep(host: Host): Promise<Action[]> {
  const { lms, settings } = host
  const value = settings.config.text('phpui.plugins', '')
  const wanted = withOurs(value)
  if (wanted === value) return []
  const wasOn = pluginsOf(value).some(({ name }) => name === oldPluginName)
  const off = wasOn ? `; ${oldPluginName} taken out, its directory stays` : ''
  return [
    {
      says: `phpui.plugins: ${pluginName} switched on${off}`,
      run: () =>
        transact(lms, async (tx) => {
          const journal = await readJournal(tx)
          if (!journal.has('plugins')) await writeJournal(lms, tx, 'plugins', await pluginRows(lms, tx))
          await writeSetting(lms, tx, { section: 'phpui', variable: 'plugins' }, wanted)
        }),
    },
  ]
}
