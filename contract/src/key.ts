import { type Static, Type } from 'typebox'
import { samples } from './samples.ts'

const text = (max: number) =>
  Type.String({ minLength: 1, maxLength: max, 'x-rule': `must be a string of 1 to ${max} characters` })

export const GenerateKey = Type.Object(
  { providerCode: text(100), apiKey: text(100), pin: text(100) },
  {
    'x-rule': 'must be an object with the fields providerCode, apiKey and pin',
    examples: [samples.generateKey],
  },
)
export type GenerateKey = Static<typeof GenerateKey>

export const GeneratedKey = Type.Object(
  {
    data: Type.Object({ apiSecret: Type.String({ description: 'Shown once.' }) }),
  },
  { examples: [samples.generatedKey] },
)
export type GeneratedKey = Static<typeof GeneratedKey>
