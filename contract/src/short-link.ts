import { type Static, Type } from 'typebox'

export const EncodeShortLink = Type.Object(
  {
    url: Type.String({
      minLength: 1,
      maxLength: 300,
      description: 'A short link of this service, with or without a suffix.',
      'x-rule': 'must be a short link of this service, at most 300 characters',
    }),
  },
  { 'x-rule': 'must be an object with the field url' },
)
export type EncodeShortLink = Static<typeof EncodeShortLink>

export const EncodedShortLink = Type.Object({ url: Type.String() })
export type EncodedShortLink = Static<typeof EncodedShortLink>
