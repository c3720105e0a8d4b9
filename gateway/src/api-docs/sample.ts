import type { Media, Parameter, Schema } from './document.ts'

/** What a schema’s values look like: its own example, or one put together from those of its parts. */
export function sampleOf(schema: Schema): unknown {
  if (schema.examples && schema.examples.length > 0) return schema.examples[0]
  if (schema.const !== undefined) return schema.const
  if (schema.default !== undefined) return schema.default
  if (schema.enum) return schema.enum[0]
  if (schema.anyOf?.[0]) return sampleOf(schema.anyOf[0])
  if (schema.items) return [sampleOf(schema.items)]
  if (schema.properties) {
    const entries = Object.entries(schema.properties).map(([name, part]) => [name, sampleOf(part)])
    return Object.fromEntries(entries)
  }
  return { string: '…', integer: 1, number: 1, boolean: true }[[schema.type ?? ''].flat()[0] ?? ''] ?? null
}

export function sampleOfMedia(media: Media): unknown {
  if (media.example !== undefined) return media.example
  const [first] = Object.values(media.examples ?? {})
  if (first?.value !== undefined) return first.value
  return media.schema && sampleOf(media.schema)
}

/** Every example of a body of lines: one line each. */
export function sampleLines(media: Media): unknown[] {
  const given = Object.values(media.examples ?? {}).map((example) => example.value)
  if (given.length > 0) return given
  const inSchema = media.schema?.examples
  return inSchema && inSchema.length > 0 ? inSchema : [sampleOfMedia(media)]
}

export function sampleOfParameter(parameter: Parameter): unknown {
  return parameter.example ?? (parameter.schema && sampleOf(parameter.schema))
}

/** JSON that fits beside the text: what is short stays on one line, and of a token its ends are enough. */
export function prettyJson(value: unknown, width = 58): string {
  return print(value, '', width).replace(/([0-9a-f]{6})[0-9a-f]{116}([0-9a-f]{6})/g, '$1…$2')
}

function print(value: unknown, indent: string, width: number): string {
  const short = shorten(JSON.stringify(value) ?? 'null')
  if (
    typeof value !== 'object' ||
    value === null ||
    (short.length + indent.length <= width && indent !== '')
  ) {
    return JSON.stringify(value, null, 1)?.replace(/\n\s*/g, ' ') ?? 'null'
  }
  const inner = `${indent}  `
  const parts = Array.isArray(value)
    ? value.map((item) => print(item, inner, width))
    : Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${print(item, inner, width)}`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${indent}${close}`
}

function shorten(json: string): string {
  return json.replace(/[0-9a-f]{128}/g, 'x'.repeat(13))
}
