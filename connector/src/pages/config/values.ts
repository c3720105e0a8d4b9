import { readSettings, type Settings } from '../../lms/index.ts'
import type { Call } from '../call.ts'
import type { SettingField } from './fields.ts'

/** What a setting is now, as the page shows it. */
export interface Shown {
  /** As it is stored; of a secret nothing, of a flag what LMS reads. Empty: nobody set it. */
  value: string
  isSet: boolean
  fromIni: boolean
  /** Enabled global rows of different values. */
  duplicates: boolean
  /** A flag whose text is no boolean. */
  oddFlag?: string
}

/** Settings as they are this moment, not as the running passes read them last. */
export function readNow({ context }: Call): Promise<Settings> {
  return readSettings(context.lms, context.ini)
}

export function shownOf({ config }: Settings, { name, kind }: SettingField): Shown {
  const full = `billtech.${name}`
  const text = config.text(full, '')
  const odd = kind === 'flag' && config.rawFlag(full) === null
  return {
    value: kind === 'secret' ? '' : kind === 'flag' ? String(config.flag(full)) : text,
    isSet: text !== '',
    fromIni: config.source(full) === 'ini',
    duplicates: config.duplicates.some((each) => each.name === full),
    ...(odd ? { oddFlag: text } : {}),
  }
}
