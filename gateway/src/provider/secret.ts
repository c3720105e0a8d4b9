import { createHash } from 'node:crypto'
import { randomCode } from '../platform/random.ts'

/** About 238 bits: guessing is hopeless, so one fast hash keeps it as well as a slow one. */
const secretLength = 40

export function newSecret(): string {
  return randomCode(secretLength)
}

export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
