import { type Static, Type } from 'typebox'
import { samples } from './samples.ts'

export const EncodeShortLink = Type.Object(
  {
    url: Type.String({
      minLength: 1,
      maxLength: 300,
      description: 'A short link of this service, with or without a suffix.',
      'x-rule': 'must be a short link of this service, at most 300 characters',
    }),
  },
  { 'x-rule': 'must be an object with the field url', examples: [samples.encode] },
)
export type EncodeShortLink = Static<typeof EncodeShortLink>

export const EncodedShortLink = Type.Object({ url: Type.String() }, { examples: [samples.encoded] })
export type EncodedShortLink = Static<typeof EncodedShortLink>
