import { randomBytes } from 'node:crypto'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
/** The greatest multiple of 62 that fits a byte: bytes above it would favour the first letters. */
const acceptBelow = 248

/** Drawn from the system at once: a call for each small piece would cost more than all the rest of a link. */
const blockBytes = 8192
let block = Buffer.alloc(0)

/** Bytes from a secure random source, each handed out once. */
export function secureBytes(count: number): Buffer {
  if (count > block.length) block = randomBytes(Math.max(count, blockBytes))
  const bytes = block.subarray(0, count)
  block = block.subarray(count)
  return bytes
}

/** Letters and digits from a secure random source, each equally likely. */
export function randomCode(length: number): string {
  let code = ''
  while (code.length < length) {
    for (const byte of secureBytes(length - code.length + 2)) {
      if (byte < acceptBelow && code.length < length) code += alphabet[byte % 62]
    }
  }
  return code
}
