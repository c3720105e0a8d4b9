import { type ConfigWordKey, configWords } from './config.ts'
import { type FrameWordKey, frameWords } from './frame.ts'
import { type PaymentsWordKey, paymentsWords } from './payments.ts'
import { type SettingWordKey, settingWords } from './settings.ts'
import { type StateWordKey, stateWords } from './state.ts'

export type { ConfigWordKey } from './config.ts'

export type WordKey = FrameWordKey | PaymentsWordKey | ConfigWordKey | SettingWordKey | StateWordKey
/** A variable of section `billtech` that the page Konfiguracja explains. */
export type SettingName = SettingWordKey extends infer Key
  ? Key extends `label.${infer Name}`
    ? Name
    : never
  : never

/** Every word of the pages, by language. */
export const wordTables: Record<'pl' | 'en', Record<WordKey, string>> = {
  pl: table('pl'),
  en: table('en'),
}

function table(language: 'pl' | 'en'): Record<WordKey, string> {
  return {
    ...frameWords[language],
    ...paymentsWords[language],
    ...configWords[language],
    ...settingWords[language],
    ...stateWords[language],
  }
}
