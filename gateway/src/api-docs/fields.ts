import type { Schema } from './document.ts'

/** One field as the reference lists it. */
export interface Field {
  /** `payments[].userId` */
  path: string
  /** In words: `string or number`, `array of objects`, `"PAID" or "CANCELLED"`. */
  type: string
  required: boolean
  description: string | undefined
  /** The sentence that says what is allowed. */
  rule: string | undefined
  /** What it is where it is left out. */
  preset: unknown
}

/** A body may have one of several shapes. */
export interface Shape {
  description: string | undefined
  fields: Field[]
}

/** The shapes of a body, each with its fields from the outside in. */
export function shapesOf(schema: Schema): Shape[] {
  const root = schema.items && !schema.properties ? schema.items : schema
  const variants = root.anyOf && !isTagged(root) ? root.anyOf : [root]
  return variants.map((variant) => ({
    description: variant.description,
    fields: fieldsOf(variant.items ?? variant, ''),
  }))
}

function fieldsOf(schema: Schema, prefix: string): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const path = prefix + name
    const own = nonNull(property)
    const field = {
      path,
      type: typeOf(property),
      required: schema.required?.includes(name) ?? false,
      description: property.description,
      rule: property['x-rule'],
      preset: property.default,
    }
    const inner = own.items ? fieldsOf(nonNull(own.items), `${path}[].`) : fieldsOf(own, `${path}.`)
    return [field, ...inner]
  })
}

/** The type in words. */
export function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' or ')
  if (schema.anyOf && isTagged(schema)) return 'event'
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(' or ')
  if (schema.items) return `array of ${plural(typeOf(schema.items))}`
  if (schema.format === 'date-time') return 'time'
  return [schema.type ?? 'any'].flat().join(' or ')
}

function plural(type: string): string {
  return /^[a-z]+$/.test(type) ? `${type}s` : type
}

function nonNull(schema: Schema): Schema {
  const others = schema.anyOf?.filter((variant) => variant.type !== 'null') ?? []
  const [only] = others
  return only && others.length === 1 ? only : schema
}

/** Variants that are told apart by a constant `type`: the events, which the guide shows one by one. */
function isTagged(schema: Schema): boolean {
  const variants = schema.anyOf ?? []
  return variants.length > 0 && variants.every((variant) => variant.properties?.type?.enum?.length === 1)
}
