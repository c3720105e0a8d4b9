import { pageModules } from '../request.ts'
import { type Frame, Hidden, tied, Wrong } from './frame.tsx'
import { type FilterTexts, type PaymentsView, paymentStates } from './models.ts'

type TextField = Exclude<keyof FilterTexts, 'state' | 'hide'>

const textFields: readonly { name: TextField; type: string; size?: number }[] = [
  { name: 'month', type: 'month' },
  { name: 'day', type: 'date' },
  { name: 'customer', type: 'text', size: 9 },
  { name: 'amount', type: 'text', size: 16 },
  { name: 'name', type: 'text', size: 20 },
  { name: 'reference', type: 'text', size: 18 },
]

/** What the list of payments can be narrowed by: a plain GET form, so that an address can be kept and shared. */
export function Filter({ frame, view }: { frame: Frame; view: PaymentsView }) {
  const { speech } = frame
  const { filter, problems, sort } = view
  // A date field would drop what was typed where it is no date.
  const wrong = (name: string) => problems.some(({ field }) => field === name)
  return (
    <search aria-label={speech.say('filter.label')}>
      <form className="filter box" method="get" action="?">
        <Hidden
          values={{
            m: pageModules.payments,
            ...frame.keep,
            sort: sort.by === 'date' && sort.down ? '' : `${sort.down ? '-' : ''}${sort.by}`,
          }}
        />
        <div className="fields">
          {textFields.map(({ name, type, size }) => (
            <div key={name} className={name === 'name' || name === 'reference' ? 'field wide' : 'field'}>
              <label htmlFor={`bt-${name}`}>{speech.say(`filter.${name}`)}</label>
              <input
                {...tied(name, problems)}
                type={wrong(name) ? 'text' : type}
                size={size}
                defaultValue={filter[name]}
                placeholder={name === 'amount' ? speech.say('filter.amount.hint') : undefined}
                inputMode={name === 'customer' ? 'numeric' : undefined}
                autoComplete="off"
              />
              <Wrong field={name} problems={problems} />
            </div>
          ))}
          <div className="field">
            <label htmlFor="bt-state">{speech.say('filter.state')}</label>
            <select id="bt-state" name="state" defaultValue={filter.state}>
              <option value="">{speech.say('filter.state.any')}</option>
              {paymentStates.map((state) => (
                <option key={state} value={state}>
                  {speech.say(`state.${state}`)}
                </option>
              ))}
            </select>
          </div>
          <div className="check">
            <input id="bt-hide" type="checkbox" name="hide" value="1" defaultChecked={filter.hide !== ''} />
            <label htmlFor="bt-hide">{speech.say('filter.hide')}</label>
          </div>
          <button className="main" type="submit">
            {speech.say('filter.apply')}
          </button>
          {view.narrowed && <a href={view.links.clear}>{speech.say('filter.clear')}</a>}
        </div>
      </form>
    </search>
  )
}
