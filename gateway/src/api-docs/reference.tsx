import { errorCatalogue } from '@bill-gateway/contract'
import type { ReactNode } from 'react'
import type { Answer, Call } from './call.ts'
import { curlOf, linesFile } from './curl.ts'
import { bodyOf, type Operation, type Parameter } from './document.ts'
import { type Field, type Place, typeOf } from './fields.ts'
import { notes } from './operations.ts'
import { Code, type Guide, Split, Text } from './parts.tsx'
import { sampleLines } from './sample.ts'

/** One call: what it does, what it takes, what it answers, and how to make it. */
export function OperationSection({ call, site }: { call: Call; site: Guide }): ReactNode {
  const { operation, answer } = call
  const { id, method, path, name, summary, description, security } = operation
  const note = notes[name]
  return (
    <section id={id} className="call" aria-labelledby={`${id}-h`}>
      <h3 id={`${id}-h`}>{summary}</h3>
      <p className="address">
        <span className={`method ${method.toLowerCase()}`}>{method}</span>
        <code>{path}</code>
        {!security?.length && <span className="chip">no key needed</span>}
      </p>
      <Split
        aside={
          <>
            <Code title="curl" language="sh">
              {curlOf(operation, site.baseUrl, note?.query)}
            </Code>
            <Lines operation={operation} />
            {note?.typescript && (
              <Code title="TypeScript" language="ts">
                {note.typescript}
              </Code>
            )}
            {answer?.sample && (
              <Code title={`Answer ${answer.status}`} language="json">
                {answer.sample}
              </Code>
            )}
          </>
        }
      >
        {description && (
          <p>
            <Text>{description}</Text>
          </p>
        )}
        <Parameters parameters={operation.parameters ?? []} />
        <Body {...call} />
        {answer && <AnswerFields answer={answer} />}
        <Errors operation={operation} base={site.base} />
      </Split>
    </section>
  )
}

const places = [
  ['path', 'Path'],
  ['query', 'Query'],
  ['header', 'Headers'],
] as const

function Parameters({ parameters }: { parameters: Parameter[] }) {
  return places.map(([place, title]) => {
    const here = parameters.filter((parameter) => parameter.in === place)
    if (here.length === 0) return null
    const fields = here.map(
      ({ name, required = false, description, schema = {} }): Field => ({
        path: place === 'header' ? headerName(name) : name,
        type: typeOf(schema),
        required,
        description,
        rule: schema['x-rule'],
        preset: schema.default,
      }),
    )
    return <Fields key={place} title={title} fields={fields} />
  })
}

/** `idempotency-key` → `Idempotency-Key`, `last-event-id` → `Last-Event-ID` */
function headerName(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (letter) => letter.toUpperCase()).replace(/-Id$/, '-ID')
}

function Body({ operation, body }: Call) {
  const { mediaType = '' } = bodyOf(operation.requestBody?.content) ?? {}
  const title = bodyTitles[mediaType] ?? `Body (${mediaType})`
  return body.map(({ description, fields, as }, index) => {
    const isListed = fields.length > 0 || as !== undefined
    const note = isListed ? undefined : description
    // biome-ignore lint/suspicious/noArrayIndexKey: the shapes never change
    return <Fields key={index} title={title} note={note} fields={fields} as={as} />
  })
}

const bodyTitles: Record<string, string> = {
  'application/json': 'Body',
  'application/x-ndjson': 'Each line of the body (application/x-ndjson)',
}

function AnswerFields({ answer: { status, response, shapes } }: { answer: Answer }) {
  if (shapes.length === 0) {
    return (
      <>
        <h4>Answer {status}</h4>
        <p>
          <Text>{response.description}</Text>
        </p>
      </>
    )
  }
  return shapes.map(({ description, fields, as }, index) => (
    <Fields
      // biome-ignore lint/suspicious/noArrayIndexKey: the shapes never change
      key={index}
      title={index === 0 ? `Answer ${status}` : 'Or'}
      note={index === 0 ? response.description : description}
      fields={fields}
      as={as}
      answer
    />
  ))
}

/** An object whose fields an earlier call has listed. */
function As({ id, summary, path }: Place) {
  return (
    <>
      As {path && <code>{path}</code>} {path && 'of '}
      <a href={`#${id}`}>{summary}</a>
    </>
  )
}

function Fields({
  title,
  note,
  fields,
  as,
  answer = false,
}: {
  title: string
  note?: string | undefined
  fields: Field[]
  as?: Place | undefined
  answer?: boolean
}) {
  return (
    <>
      <h4>{title}</h4>
      {note && (
        <p>
          <Text>{note}</Text>
        </p>
      )}
      {as && (
        <p>
          <As {...as} />
        </p>
      )}
      {fields.length > 0 && (
        <ul className="fields">
          {fields.map(({ path, type, required, description, rule, preset, as: known }) => (
            <li key={path}>
              <code>{path}</code> <i>{type}</i>
              {required && !answer && <em> required</em>}
              {preset !== undefined && <i> default {JSON.stringify(preset)}</i>}
              {!required && answer && <i> not always</i>}
              {description && (
                <p>
                  <Text>{description}</Text>
                </p>
              )}
              {rule && <p className="rule">{rule}</p>}
              {known && (
                <p>
                  <As {...known} />
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

/** The lines that a call takes as its body. */
function Lines({ operation }: { operation: Operation }) {
  const body = bodyOf(operation.requestBody?.content)
  if (body?.mediaType !== 'application/x-ndjson') return null
  return (
    <Code title={linesFile} language="json">
      {sampleLines(body.media)
        .map((line) => JSON.stringify(line))
        .join('\n')}
    </Code>
  )
}

/** The errors of this call in particular; the guide names those that every call can answer. */
function Errors({ operation, base }: { operation: Operation; base: string }) {
  const codes = notes[operation.name]?.codes ?? []
  if (codes.length === 0) return null
  return (
    <>
      <h4>Errors</h4>
      <ul className="codes">
        {codes.map((code) => (
          <li key={code}>
            {errorCatalogue[code].status} <a href={`${base}docs/errors#${code}`}>{code}</a>
          </li>
        ))}
      </ul>
    </>
  )
}
