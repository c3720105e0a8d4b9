import { randomBytes } from 'node:crypto'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
/** The greatest multiple of 62 that fits a byte: bytes above it would favour the first letters. */
const acceptBelow = 248

/** Letters and digits from a secure random source, each equally likely. */
export function randomCode(length: number): string {
  let code = ''
  while (code.length < length) {
    for (const byte of randomBytes(length - code.length + 8)) {
      if (byte < acceptBelow && code.length < length) code += alphabet[byte % 62]
    }
  }
  return code
}
