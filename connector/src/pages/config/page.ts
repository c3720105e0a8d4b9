import { createElement } from 'react'
import type { Call } from '../call.ts'
import { newFormToken } from '../form-token.ts'
import { type HtmlAnswer, textOf } from '../request.ts'
import { ConfigPage, type ConfigView, type SettingView } from '../views/config.tsx'
import { type FieldProblem, type Notice, renderFragment } from '../views/frame.tsx'
import { faultOf, type SettingField, settingFields, settingGroups } from './fields.ts'
import { readNow, type Shown, shownOf } from './values.ts'

/** Without these nothing can be sent or fetched. */
const needed: readonly string[] = ['api_url', 'api_key', 'api_secret', 'isp_id']

export interface ConfigSaid {
  notices?: Notice[]
  problems?: FieldProblem[]
  /** What was typed, by the variable's name. */
  typed?: Readonly<Record<string, string>>
}

/** Konfiguracja BillTech. */
export function showConfig(call: Call): Promise<HtmlAnswer> {
  const { request, speech } = call
  const done = textOf(request.query.done)
  const [, count] = /^saved\.(\d{1,3})$/.exec(done) ?? []
  const good = (text: string): Notice[] => [{ tone: 'good', text }]
  if (count) return configAnswer(call, { notices: good(speech.say('config.saved', { count })) })
  if (done === 'same') return configAnswer(call, { notices: good(speech.say('config.same')) })
  if (done === 'secret') return configAnswer(call, { notices: good(speech.say('generate.done')) })
  return configAnswer(call, {})
}

export async function configAnswer(call: Call, said: ConfigSaid): Promise<HtmlAnswer> {
  const { frame, request, speech } = call
  const settings = await readNow(call)
  const shown = new Map(settingFields.map((field) => [field.name as string, shownOf(settings, field)]))
  const values = (name: string) => shown.get(name)?.value ?? ''
  const view: ConfigView = {
    notices: said.notices ?? [],
    problems: said.problems ?? [],
    groups: settingGroups.map(({ title, fields }) => ({
      title,
      settings: fields.map((field) => settingView(call, field, shown.get(field.name), said)),
    })),
    token: newFormToken(request),
    uses: { api_url: values('api_url'), isp_id: values('isp_id'), api_key: values('api_key') },
  }
  return {
    status: view.problems.length > 0 || view.notices.some(({ tone }) => tone === 'bad') ? 400 : 200,
    title: speech.say('config.title'),
    html: renderFragment(frame, createElement(ConfigPage, { frame, view })),
  }
}

function settingView(
  { speech }: Call,
  field: SettingField,
  shown: Shown | undefined,
  { typed, problems = [] }: ConfigSaid,
): SettingView {
  const now = shown ?? { value: '', isSet: false, fromIni: false, duplicates: false }
  const value = typed?.[field.name] ?? now.value
  const fault = problems.length === 0 && field.kind !== 'secret' ? faultOf(field, now.value) : undefined
  const lacks = problems.length === 0 && needed.includes(field.name) && !now.isSet
  const told = problems.find((each) => each.field === field.name)?.text
  const wrong =
    told ?? (fault ? speech.say(fault.word, fault.values) : lacks ? speech.say('wrong.required') : undefined)
  const odd = now.oddFlag === undefined ? [] : [speech.say('wrong.flag', { value: now.oddFlag })]
  return {
    field,
    value: field.kind === 'secret' ? '' : value,
    was: now.value,
    wrong,
    about: [
      ...(field.kind === 'secret'
        ? [speech.say(now.isSet ? 'config.secret.set' : 'config.secret.unset')]
        : []),
      ...(now.fromIni ? [speech.say('config.fromIni')] : []),
      ...(now.duplicates ? [speech.say('config.duplicates')] : []),
      ...odd,
    ],
  }
}
