/** The parts of an OpenAPI 3.1 document that the pages show. */

export interface Schema {
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  format?: string
  default?: unknown
  description?: string
  'x-rule'?: string
  examples?: unknown[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
}

export interface Media {
  schema?: Schema
  example?: unknown
  examples?: Record<string, { value?: unknown }>
}

export interface Parameter {
  in: 'path' | 'query' | 'header' | 'cookie'
  name: string
  required?: boolean
  description?: string
  example?: unknown
  schema?: Schema
}

export interface Response {
  description: string
  content?: Record<string, Media>
}

export interface OperationObject {
  tags?: string[]
  summary?: string
  description?: string
  security?: object[]
  parameters?: Parameter[]
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, Response>
}

export interface ApiDocument {
  servers?: { url: string }[]
  tags?: { name: string; description?: string }[]
  paths: Record<string, Record<string, OperationObject>>
}

/** One method of one path. */
export interface Operation extends OperationObject {
  method: string
  path: string
  /** `POST /pay/v1/payments` */
  name: string
  /** Its place on the page: `post-pay-v1-payments`. */
  id: string
}

export function operationsOf(document: ApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([word, operation]) => {
      const method = word.toUpperCase()
      const name = `${method} ${path}`
      return { ...operation, method, path, name, id: idOf(name) }
    }),
  )
}

function idOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '')
}

/** The media type and the schema of a body; undefined where there is none. */
export function bodyOf(
  content: Record<string, Media> | undefined,
): { mediaType: string; media: Media } | undefined {
  const [found] = Object.entries(content ?? {})
  return found && { mediaType: found[0], media: found[1] }
}
