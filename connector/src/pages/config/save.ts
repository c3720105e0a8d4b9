import { type Settings, writeSetting } from '../../lms/index.ts'
import { transact } from '../../platform/index.ts'
import { note } from '../../store/index.ts'
import type { Call } from '../call.ts'
import { hrefOf } from '../href.ts'
import { type PageAnswer, textOf } from '../request.ts'
import type { FieldProblem } from '../views/frame.tsx'
import { faultOf, type SettingField, settingFields } from './fields.ts'
import { configAnswer } from './page.ts'
import { readNow, shownOf } from './values.ts'

/** Typed text beyond this is cut before anything looks at it. */
const typedMax = 5_000

/**
 * Saves what the operator changed, and only that: a field that still says what the page showed is left alone, so
 * that two operators at once do not undo each other.
 */
export async function saveConfig(call: Call): Promise<PageAnswer> {
  const { context, speech, request, frame } = call
  const typed = Object.fromEntries(settingFields.map((field) => [field.name, typedValue(call, field)]))
  const problems = settingFields.flatMap((field): FieldProblem[] => {
    const fault = isChanged(call, field) ? faultOf(field, typedValue(call, field)) : undefined
    return fault ? [{ field: field.name, text: speech.say(fault.word, fault.values) }] : []
  })
  if (problems.length > 0) return configAnswer(call, { problems, typed })
  const settings = await readNow(call)
  const writes = settingFields.flatMap((field) => {
    const value = isChanged(call, field) ? typedValue(call, field) : repaired(settings, field)
    const stands = value === shownOf(settings, field).value && repaired(settings, field) === undefined
    return value === undefined || stands ? [] : [{ variable: field.name, value }]
  })
  const { lms } = context
  const saved = await transact(lms, async (tx) => {
    const names: string[] = []
    for (const { variable, value } of writes) {
      const { changed } = await writeSetting(lms, tx, { section: 'billtech', variable }, value)
      if (changed) names.push(variable)
    }
    const says = `operator ${request.operator.id} changed ${names.join(', ')}`
    if (names.length > 0) await note(lms, tx, 'settings', says)
    return names.length
  })
  return { redirect: hrefOf('config', { ...frame.keep, done: saved > 0 ? `saved.${saved}` : 'same' }) }
}

/** As it would be stored. A box that is not ticked is not sent. */
function typedValue({ request: { form } }: Call, { name, kind }: SettingField): string {
  const text = textOf(form[name]).slice(0, typedMax).trim()
  return kind === 'flag' ? String(text === 'true') : text
}

/**
 * Against what the page showed; an empty secret keeps the one that is stored. A field that did not arrive at all,
 * because the form was cut or is none of ours, changes nothing.
 */
function isChanged(call: Call, field: SettingField): boolean {
  const value = typedValue(call, field)
  if (field.kind === 'secret') return value !== ''
  const was = call.request.form[`was_${field.name}`]
  return was !== undefined && value !== textOf(was).trim()
}

/** Several rows of one variable, or a text that is no boolean, become what LMS reads them as. */
function repaired(settings: Settings, field: SettingField): string | undefined {
  const { duplicates, oddFlag } = shownOf(settings, field)
  if (!duplicates && oddFlag === undefined) return undefined
  const full = `billtech.${field.name}`
  return field.kind === 'flag' ? String(settings.config.flag(full)) : settings.config.text(full, '')
}
