/** Where a button stands; told to the gateway as `utm_medium`. */
export type ButtonPlace = 'email' | 'userpanel' | 'sms' | 'blockpage'

export interface ButtonParameters {
  /** The page offers everything that the customer owes, not this bill alone. */
  balance?: boolean
  medium: ButtonPlace
}

/** Parameters of a button, in the order in which they stand in its address. */
export function buttonParameters({ balance, medium }: ButtonParameters): Record<string, string> {
  return { ...(balance ? { type: 'balance' } : {}), utm_source: 'isp', utm_medium: medium }
}

/**
 * A link with the parameters of a button. Nothing about the customer stands in it, and no character that would
 * be written with a per cent sign: LMS replaces `%b` and the like in finished texts.
 */
export function buttonUrl(link: string, parameters: ButtonParameters): string {
  const url = new URL(link)
  for (const [name, value] of Object.entries(buttonParameters(parameters))) url.searchParams.set(name, value)
  return url.href
}
