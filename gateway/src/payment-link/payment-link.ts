import type { LinkState } from '@bill-gateway/contract'
import { secureBytes } from '../platform/random.ts'
import type { Settings } from '../settings.ts'

/** One amount due of one payer. Amounts are minor units of `currency`. */
export interface PaymentLink {
  providerId: number
  id: bigint
  payerId: bigint
  userId: string
  operationId: string | null
  /** 128 hexadecimal digits. */
  token: string
  shortCode: string | null
  status: LinkState
  resolution: Resolution | null
  currency: string
  /** Of the last create or update. */
  askedAmount: bigint
  /** What the link still takes; 0 unless it is active. */
  openAmount: bigint
  /** Allocated in its whole life; refunds are not taken off. */
  paidAmount: bigint
  refundedAmount: bigint
  nrb: string
  title: string
  /** yyyy-mm-dd */
  paymentDue: string
  name: string | null
  surname: string | null
  email: string | null
  recipientName: string | null
  /** Made in the LMS plugin’s dialect. */
  lmsPlugin: boolean
  /** Optional fields that the dialect dropped as invalid. */
  dropped: string[]
  cancelReference: string | null
  revoked: boolean
  /** A checkout of it was started at some time. */
  attempted: boolean
  createdAt: Date
  updatedAt: Date
  endedAt: Date | null
}

export type Resolution = 'PAID' | 'CANCELLED'

const tokenBytes = 64
/**
 * Tokens of one request begin alike, so that their hundred index entries land on the same pages of the
 * database; the other 60 bytes of each are its own.
 */
const sharedTokenBytes = 4

/** @returns a maker of tokens for the links of one request, from a secure random source */
export function tokenMaker(): () => string {
  const shared = secureBytes(sharedTokenBytes).toString('hex')
  return () => shared + secureBytes(tokenBytes - sharedTokenBytes).toString('hex')
}

/** Whether the text has the form of a token. */
export function validateToken(text: string): boolean {
  return /^[0-9a-f]{128}$/i.test(text)
}

/** The address of the payer’s page. */
export function linkUrl(settings: Pick<Settings, 'publicUrl'>, token: string): string {
  return `${settings.publicUrl}/single-payment/${token}`
}
