import type { ReactNode } from 'react'
import type { SettingField } from '../config/fields.ts'
import { pageModules } from '../request.ts'
import type { Speech } from '../speech.ts'
import type { ConfigWordKey } from '../words/index.ts'
import {
  type FieldProblem,
  type Frame,
  Heading,
  Hidden,
  type Notice,
  Notices,
  Problems,
  Wrong,
} from './frame.tsx'

export interface SettingView {
  field: Pick<SettingField, 'name' | 'kind' | 'fallback' | 'choices' | 'unit' | 'maxLength'>
  /** What stands in the field; of a secret nothing. */
  value: string
  /** What is stored: sent along, so that only what was changed here is saved. */
  was: string
  wrong: string | undefined
  /** Sentences on where the value comes from. */
  about: string[]
}

export interface ConfigView {
  notices: Notice[]
  problems: FieldProblem[]
  groups: { title: ConfigWordKey; settings: SettingView[] }[]
  token: string
  /** The stored values that a PIN is used with. */
  uses: Record<'api_url' | 'isp_id' | 'api_key', string>
}

export function ConfigPage({ frame, view }: { frame: Frame; view: ConfigView }) {
  const { speech } = frame
  return (
    <>
      <Heading title={speech.say('config.title')} lead={speech.say('config.lead')} />
      <Notices notices={view.notices} />
      <Problems speech={speech} problems={view.problems} />
      <form method="post" action={`?m=${pageModules.config}`} autoComplete="off">
        <Hidden values={{ token: view.token, act: 'save', ...frame.keep }} />
        {view.groups.map(({ title, settings }) => (
          <fieldset key={title}>
            <legend>{speech.say(title)}</legend>
            {settings.map((setting) => (
              <Setting key={setting.field.name} speech={speech} setting={setting} />
            ))}
          </fieldset>
        ))}
        <div className="row">
          <button className="main" type="submit">
            {speech.say('config.save')}
          </button>
        </div>
      </form>
      <Generate frame={frame} view={view} />
    </>
  )
}

function Setting({ speech, setting }: { speech: Speech; setting: SettingView }) {
  const { field, value, was, wrong, about } = setting
  const { name, kind, fallback } = field
  const problems = wrong ? [{ field: name, text: wrong }] : []
  return (
    <div className="setting">
      <div>
        {kind === 'flag' ? (
          <span className="label">{speech.say(`label.${name}`)}</span>
        ) : (
          <label htmlFor={`bt-${name}`}>{speech.say(`label.${name}`)}</label>
        )}
        <br />
        <code>billtech.{name}</code>
      </div>
      <div>
        {kind !== 'secret' && <input type="hidden" name={`was_${name}`} value={was} />}
        <Control speech={speech} field={field} value={value} wrong={wrong !== undefined} />
        <Wrong field={name} problems={problems} />
        <p className="soft about" id={`bt-${name}-hint`}>
          {speech.say(`help.${name}`)}{' '}
          {kind !== 'flag' && fallback !== '' && speech.say('config.default', { value: fallback })}
          {about.map((sentence) => (
            <span key={sentence}> {sentence}</span>
          ))}
        </p>
      </div>
    </div>
  )
}

interface ControlProps {
  speech: Speech
  field: SettingView['field']
  value: string
  wrong: boolean
}

function Control({ speech, field, value, wrong }: ControlProps): ReactNode {
  const { name, kind, choices, unit, maxLength } = field
  const common = {
    id: `bt-${name}`,
    name,
    'aria-describedby': `bt-${name}-hint${wrong ? ` bt-${name}-wrong` : ''}`,
    ...(wrong ? { 'aria-invalid': true } : {}),
  }
  if (kind === 'flag') {
    return (
      <div className="check">
        <input {...common} type="checkbox" value="true" defaultChecked={value === 'true'} />
        <label htmlFor={common.id}>
          {speech.say('config.on')}
          <span className="vh"> {speech.say(`label.${name}`)}</span>
        </label>
      </div>
    )
  }
  if (kind === 'choice') {
    const known = choices ?? []
    return (
      <select {...common} defaultValue={value}>
        <option value="">{speech.say('choice.blocking.auto')}</option>
        {known
          .filter((choice) => choice !== 'auto' || value === 'auto')
          .map((choice) => (
            <option key={choice} value={choice}>
              {speech.say(`choice.blocking.${choice}` as 'choice.blocking.auto')}
            </option>
          ))}
        {value !== '' && !known.includes(value) && <option value={value}>{value}</option>}
      </select>
    )
  }
  return (
    <>
      <input
        {...common}
        type={kind === 'secret' ? 'password' : 'text'}
        className={kind === 'short' ? 'short' : undefined}
        defaultValue={value}
        maxLength={maxLength}
        autoComplete={kind === 'secret' ? 'new-password' : 'off'}
        spellCheck={false}
      />
      {unit && <span className="soft"> {speech.say(unit)}</span>}
    </>
  )
}

/** A form of its own: fetching a secret saves nothing of what was typed above. */
function Generate({ frame, view }: { frame: Frame; view: ConfigView }) {
  const { speech } = frame
  const { problems, uses } = view
  const wrong = problems.some(({ field }) => field === 'pin')
  return (
    <section className="box" id="bt-generate">
      <h2>{speech.say('generate.title')}</h2>
      <p>{speech.say('generate.text')}</p>
      <p>{speech.say('generate.uses')}</p>
      <dl>
        {Object.entries(uses).map(([name, value]) => (
          <div key={name} className="pair">
            <dt>
              <code>billtech.{name}</code>
            </dt>
            <dd>{value || '—'}</dd>
          </div>
        ))}
      </dl>
      <form method="post" action={`?m=${pageModules.config}`} autoComplete="off">
        <Hidden values={{ token: view.token, act: 'generate', ...frame.keep }} />
        <div className="fields">
          <div className="field">
            <label htmlFor="bt-pin">{speech.say('generate.pin')}</label>
            <input
              id="bt-pin"
              name="pin"
              type="text"
              size={16}
              maxLength={100}
              autoComplete="one-time-code"
              spellCheck={false}
              {...(wrong ? { 'aria-invalid': true, 'aria-describedby': 'bt-pin-wrong' } : {})}
            />
          </div>
          <button className="main" type="submit">
            {speech.say('generate.button')}
          </button>
        </div>
        <Wrong field="pin" problems={problems} />
      </form>
    </section>
  )
}
