import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as contract from './index.ts'
import { type EventType, formats, GatewayEvent, type PaymentLinkItem, samples } from './index.ts'

const ajv = addFormats.default(new Ajv({ strict: false, allErrors: true, formats }))

describe('the samples', () => {
  const schemas = Object.entries(contract).flatMap(([name, value]) => {
    if (typeof value !== 'object' || !('examples' in value) || !Array.isArray(value.examples)) return []
    const schema: object = value
    return [{ name, schema, examples: value.examples as unknown[] }]
  })

  it('are there', () => expect(schemas.length).toBeGreaterThan(15))

  it.each(schemas)('of $name keep to its schema', ({ schema, examples }) => {
    const validate = ajv.compile(schema)
    for (const example of examples) expect(validate(example), ajv.errorsText(validate.errors)).toBe(true)
  })

  it.each(Object.entries(samples.events))('of %s keep to the schema of events', (type, event) => {
    expect(event.type).toBe(type)
    const validate = ajv.compile(GatewayEvent)
    expect(validate(event), ajv.errorsText(validate.errors)).toBe(true)
  })

  it('have an event of each type, and a bill that the client takes', () => {
    expectTypeOf<keyof typeof samples.events>().toEqualTypeOf<EventType>()
    expectTypeOf(samples.item).toExtend<PaymentLinkItem>()
  })
})
