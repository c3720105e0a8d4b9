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
  /** Where the fields of this object were listed; they are not listed again. */
  as?: Place
}

/** A body may have one of several shapes. */
export interface Shape {
  description: string | undefined
  fields: Field[]
  /** Where these very fields were listed; `fields` is then empty. */
  as?: Place
}

/** Where an object's fields are listed. */
export interface Place {
  /** The call. */
  id: string
  summary?: string
  /** `rows[]`; empty where they are those of the whole answer. */
  path: string
}

/** The objects that were listed until now, by what is said of their fields. A page has one of these. */
export type Listed = Map<string, Place>

/** Fewer fields than this are listed wherever they are. */
const fieldsMin = 5

/**
 * The shapes of a body, each with its fields from the outside in. An object that an earlier call of the page
 * listed in full is not listed again.
 */
export function shapesOf(
  schema: Schema,
  call: Pick<Place, 'id' | 'summary'>,
  listed: Listed = new Map(),
): Shape[] {
  const root = schema.items && !schema.properties ? schema.items : schema
  const variants = root.anyOf && !isTagged(root) ? root.anyOf : [root]
  return variants.map((variant) => {
    const { description } = variant
    const object = variant.items ?? variant
    const as = placeOf(object, { ...call, path: '' }, listed)
    return as ? { description, fields: [], as } : { description, fields: fieldsOf(object, '', call, listed) }
  })
}

/** Where the object was listed; undefined where it is now to be. */
function placeOf(object: Schema, here: Place, listed: Listed): Place | undefined {
  const all = fieldsOf(object, '')
  if (all.length < fieldsMin) return
  const key = JSON.stringify(all)
  const place = listed.get(key)
  if (!place) listed.set(key, here)
  return place
}

function fieldsOf(
  schema: Schema,
  prefix: string,
  call?: Pick<Place, 'id' | 'summary'>,
  listed?: Listed,
): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]): Field[] => {
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
    const [object, inside] = own.items ? [nonNull(own.items), `${path}[]`] : [own, path]
    const as = call && listed && placeOf(object, { ...call, path: inside }, listed)
    return as ? [{ ...field, as }] : [field, ...fieldsOf(object, `${inside}.`, call, listed)]
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
