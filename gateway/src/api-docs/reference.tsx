import { errorCatalogue } from '@bill-gateway/contract'
import type { ReactNode } from 'react'
import { curlOf, linesFile } from './curl.ts'
import { bodyOf, type Operation, type Parameter, type Response } from './document.ts'
import { type Field, shapesOf, typeOf } from './fields.ts'
import { notes } from './operations.ts'
import { Code, type Guide, Split, Text } from './parts.tsx'
import { prettyJson, sampleLines, sampleOfMedia } from './sample.ts'

/** One call: what it does, what it takes, what it answers, and how to make it. */
export function OperationSection({ operation, site }: { operation: Operation; site: Guide }): ReactNode {
  const { id, method, path, name, summary, description, security } = operation
  const note = notes[name]
  const answer = Object.entries(operation.responses).find(([status]) => Number(status) < 400)
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
            {answer && <AnswerSample status={answer[0]} response={answer[1]} />}
          </>
        }
      >
        {description && (
          <p>
            <Text>{description}</Text>
          </p>
        )}
        <Parameters parameters={operation.parameters ?? []} />
        <Body operation={operation} />
        {answer && <Answer status={answer[0]} response={answer[1]} />}
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

function Body({ operation }: { operation: Operation }) {
  const body = bodyOf(operation.requestBody?.content)
  if (!body?.media.schema) return null
  const title = body.mediaType === 'application/json' ? 'Body' : `Each line of the body (${body.mediaType})`
  return shapesOf(body.media.schema).map((shape) => (
    <Fields key={shape.fields[0]?.path} title={title} fields={shape.fields} />
  ))
}

function Answer({ status, response }: { status: string; response: Response }) {
  const body = bodyOf(response.content)
  const shapes = body?.media.schema
    ? shapesOf(body.media.schema).filter(({ fields }) => fields.length > 0)
    : []
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
  return shapes.map((shape, index) => (
    <Fields
      key={shape.fields.map(({ path }) => path).join()}
      title={index === 0 ? `Answer ${status}` : 'Or'}
      note={index === 0 ? response.description : shape.description}
      fields={shape.fields}
      answer
    />
  ))
}

function Fields({
  title,
  note,
  fields,
  answer = false,
}: {
  title: string
  note?: string | undefined
  fields: Field[]
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
      <ul className="fields">
        {fields.map(({ path, type, required, description, rule, preset }) => (
          <li key={path}>
            <code>{path}</code> <span className="type">{type}</span>
            {required && !answer && <span className="required"> required</span>}
            {preset !== undefined && <span className="type"> default {JSON.stringify(preset)}</span>}
            {!required && answer && <span className="type"> not always</span>}
            {description && (
              <p>
                <Text>{description}</Text>
              </p>
            )}
            {rule && <p className="rule">{rule}</p>}
          </li>
        ))}
      </ul>
    </>
  )
}

function AnswerSample({ status, response }: { status: string; response: Response }) {
  const body = bodyOf(response.content)
  if (!body) return null
  if (body.mediaType === 'application/json') {
    return (
      <Code title={`Answer ${status}`} language="json">
        {prettyJson(sampleOfMedia(body.media))}
      </Code>
    )
  }
  if (body.mediaType !== 'application/x-ndjson') return null
  return (
    <Code title={`Answer ${status}`} language="json">
      {sampleLines(body.media)
        .map((line) => prettyJson(line))
        .join('\n')}
    </Code>
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

function Errors({ operation, base }: { operation: Operation; base: string }) {
  const codes = notes[operation.name]?.codes ?? []
  const statuses = Object.keys(operation.responses).filter((status) => Number(status) >= 400)
  return (
    <>
      <h4>Errors</h4>
      {codes.length > 0 && (
        <ul className="codes">
          {codes.map((code) => (
            <li key={code}>
              <span className="status">{errorCatalogue[code].status}</span>{' '}
              <a href={`${base}docs/errors#${code}`}>
                <code>{code}</code>
              </a>
            </li>
          ))}
        </ul>
      )}
      <p className="rule">All statuses: {statuses.join(', ')}</p>
    </>
  )
}
