import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

interface Operation {
  responses: Record<string, { content?: Record<string, { schema?: object }> }>
}
export interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>
}

/** Holds answers to an OpenAPI document: throws where status, media type or body is not in it. */
export function conformanceTo(document: OpenApiDocument) {
  const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true, validateFormats: true }))
  const validators = new Map<string, ValidateFunction>()
  const paths = Object.keys(document.paths).map((path) => ({
    path,
    pattern: new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`),
  }))
  paths.sort((a, b) => Number(a.path.includes('{')) - Number(b.path.includes('{')))

  return (method: string, url: string, status: number, contentType: string | null, body: string): void => {
    const path = paths.find(({ pattern }) => pattern.test(new URL(url).pathname))?.path
    if (!path) return
    const operation = document.paths[path]?.[method.toLowerCase()]
    if (!operation) return
    const at = `${method} ${path} ${status}`
    const response = operation.responses[String(status)]
    if (!response)
      throw new Error(`${at}: the OpenAPI document does not know this status\n${body.slice(0, 500)}`)
    const mediaType = contentType?.split(';', 1)[0]
    if (!response.content) {
      if (body !== '') throw new Error(`${at}: a body where the OpenAPI document has none`)
      return
    }
    const schema = mediaType ? response.content[mediaType]?.schema : undefined
    if (!mediaType || !response.content[mediaType])
      throw new Error(`${at}: ${mediaType} is not in the OpenAPI document`)
    if (!schema || !mediaType.endsWith('json')) return
    let validate = validators.get(`${at} ${mediaType}`)
    if (!validate) {
      validate = ajv.compile(schema)
      validators.set(`${at} ${mediaType}`, validate)
    }
    const values = mediaType.endsWith('ndjson') ? body.split('\n').filter((line) => line !== '') : [body]
    for (const value of values) {
      if (validate(JSON.parse(value))) continue
      throw new Error(`${at}: ${ajv.errorsText(validate.errors)}\n${value.slice(0, 500)}`)
    }
  }
}
