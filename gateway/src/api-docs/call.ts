import { bodyOf, type Media, type Operation, type Response } from './document.ts'
import { type Listed, type Shape, shapesOf } from './fields.ts'
import { prettyJson, sampleLines, sampleOfMedia } from './sample.ts'

/** A call as its section shows it. */
export interface Call {
  operation: Operation
  body: Shape[]
  answer: Answer | undefined
}

export interface Answer {
  status: string
  response: Response
  /** None where it has no fields: text, a redirect, nothing. */
  shapes: Shape[]
  /** undefined where it is not JSON, and where an earlier call shows the very same, or more around it. */
  sample: string | undefined
}

/** The calls in the order of the page: what one says of an object, those after it do not say again. */
export function callsOf(operations: readonly Operation[]): Call[] {
  const listed: Listed = new Map()
  const samples: string[] = []
  return operations.map((operation) => {
    const body = bodyOf(operation.requestBody?.content)
    return {
      operation,
      body: body?.media.schema ? shapesOf(body.media.schema, operation, listed) : [],
      answer: answerOf(operation, listed, samples),
    }
  })
}

function answerOf(operation: Operation, listed: Listed, samples: string[]): Answer | undefined {
  const [found] = Object.entries(operation.responses).filter(([status]) => Number(status) < 400)
  if (!found) return
  const [status, response] = found
  const body = bodyOf(response.content)
  const shapes = body?.media.schema
    ? shapesOf(body.media.schema, operation, listed).filter(({ fields, as }) => fields.length > 0 || as)
    : []
  const sample = body && sampleText(body)
  const words = sample?.replace(/\s+/g, '') ?? ''
  const isKnown = shapes.some(({ as }) => as) && samples.some((shown) => shown.includes(words))
  samples.push(words)
  return { status, response, shapes, sample: isKnown ? undefined : sample }
}

function sampleText({ mediaType, media }: { mediaType: string; media: Media }): string | undefined {
  if (mediaType === 'application/json') return prettyJson(sampleOfMedia(media))
  if (mediaType !== 'application/x-ndjson') return
  return sampleLines(media)
    .map((line) => prettyJson(line))
    .join('\n')
}
