import type { Speech } from '../speech.ts'
import type { Message } from './models.ts'
import { Icon, type IconName } from './parts.tsx'

const icons: Record<Message['tone'], IconName> = { info: 'link', good: 'done', warn: 'mark', bad: 'stop' }

/** A page that only says something: what is the matter, and what to do. */
export function MessageView({ speech, message }: { speech: Speech; message: Message }) {
  return (
    <main id="main" className="one" tabIndex={-1}>
      <section className="card state">
        <div className={`ring ${message.tone}`}>
          <Icon name={icons[message.tone]} size={34} />
        </div>
        <h1 tabIndex={-1}>{speech.say(message.title)}</h1>
        {message.lines.map(({ text, values }, index) => (
          <p key={text} className={index > 0 ? 'label' : undefined}>
            {speech.say(text, values)}
          </p>
        ))}
        {message.reload && (
          <div className="actions">
            <a className="second" href={message.reload}>
              {speech.say('reload')}
            </a>
          </div>
        )}
      </section>
    </main>
  )
}
