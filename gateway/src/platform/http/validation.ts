import { type FieldError, formats } from '@bill-gateway/contract'
import { Ajv, type ErrorObject, type Options } from 'ajv'
import addFormats from 'ajv-formats'
import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify'

const options: Options = {
  allErrors: true,
  verbose: true,
  strict: false,
  strictNumbers: true,
  keywords: ['x-rule'],
  formats,
}

/** Bodies are taken as they are; only what an address can carry, text, is turned into numbers. */
export function validatorCompiler(): FastifySchemaCompiler<object> {
  const body = addFormats.default(new Ajv(options))
  const address = addFormats.default(new Ajv({ ...options, coerceTypes: true, useDefaults: true }))
  return ({ schema, httpPart }) => (httpPart === 'body' ? body : address).compile(schema)
}

/** A compiled schema of the contract for use outside a route. */
export function compileSchema(schema: object): (value: unknown) => FieldError[] {
  const validate = addFormats.default(new Ajv(options)).compile(schema)
  return (value) => (validate(value) ? [] : fieldErrorsOf(validate.errors ?? [], 'body'))
}

const codes: Record<string, string> = {
  required: 'required',
  type: 'invalid_type',
  minLength: 'too_short',
  maxLength: 'too_long',
  minItems: 'too_few',
  maxItems: 'too_many',
  exclusiveMinimum: 'too_small',
  minimum: 'too_small',
  maximum: 'too_large',
  exclusiveMaximum: 'too_large',
  pattern: 'invalid_characters',
  enum: 'not_allowed',
}

/** One error for each bad field: its JSON pointer, a code for programs and a sentence for people. */
export function fieldErrorsOf(
  errors: readonly (ErrorObject | FastifySchemaValidationError)[],
  part: string | undefined,
): FieldError[] {
  const found = new Map<string, FieldError>()
  for (const error of errors) {
    const missing = error.keyword === 'required' ? `/${String(error.params.missingProperty)}` : ''
    const pointer = `${part && part !== 'body' ? `/${part}` : ''}${error.instancePath}${missing}`
    if (found.has(pointer)) continue
    const code =
      error.keyword === 'format'
        ? `invalid_${String(error.params.format).replaceAll('-', '_')}`
        : codes[error.keyword]
    found.set(pointer, { pointer, code: code ?? 'invalid', detail: `${nameOf(pointer)} ${ruleOf(error)}` })
  }
  return [...found.values()]
}

function ruleOf(error: ErrorObject | FastifySchemaValidationError): string {
  if (error.keyword === 'required') return 'is missing'
  const rule = (error as ErrorObject).parentSchema?.['x-rule']
  return typeof rule === 'string' ? rule : (error.message ?? 'is not allowed')
}

/** `/payments/3/amount` → `payments[3].amount` */
function nameOf(pointer: string): string {
  const name = pointer
    .slice(1)
    .replace(/\/(\d+)/g, '[$1]')
    .replaceAll('/', '.')
  return name || 'the body'
}
