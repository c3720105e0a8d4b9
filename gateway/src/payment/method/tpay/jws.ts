import { type KeyObject, verify, X509Certificate } from 'node:crypto'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { jsonOf } from '../json.ts'

const headerCharsMax = 8_000

const Header = Type.Object({
  alg: Type.Literal('RS256'),
  x5u: Type.String({ maxLength: 500 }),
  /** Extensions that we would have to understand. */
  crit: Type.Optional(Type.Never()),
  b64: Type.Optional(Type.Literal(true)),
})

/** A detached signature, taken apart and not yet verified. */
export interface Detached {
  /** Where the certificate of its key lies. */
  certificateUrl: string
  signature: Buffer
  /** What is signed: header, dot, body. */
  input: Buffer
}

/**
 * Takes apart `<header>..<signature>` over the raw body.
 *
 * @param certificates where certificates may lie: another host is refused, whatever its name begins with
 * @returns undefined where it is no such signature, is made another way than by RS256, or names another place
 */
export function detachedOf(header: unknown, body: Buffer, certificates: string): Detached | undefined {
  if (typeof header !== 'string' || header.length > headerCharsMax) return undefined
  const [head = '', payload, tail = '', ...more] = header.split('.')
  const headBytes = bytesOf(head)
  const signature = bytesOf(tail)
  if (!headBytes || !signature || payload !== '' || more.length > 0) return undefined
  const said = jsonOf(headBytes)
  if (!Value.Check(Header, said) || !isAmong(said.x5u, certificates)) return undefined
  return {
    certificateUrl: said.x5u,
    signature,
    input: Buffer.from(`${head}.${body.toString('base64url')}`),
  }
}

/** Whether the key of a certificate that the root issued made the signature. */
export function isSigned({ input, signature }: Detached, leaf: string, root: string, now: Date): boolean {
  const key = trustedKey(leaf, root, now)
  return key !== undefined && verify('RSA-SHA256', input, key, signature)
}

function trustedKey(leafPem: string, rootPem: string, now: Date): KeyObject | undefined {
  const leaf = certificateOf(leafPem)
  const root = certificateOf(rootPem)
  if (!leaf || !root || !isValidAt(leaf, now) || !isValidAt(root, now)) return undefined
  const isTrusted = root.verify(root.publicKey) && leaf.checkIssued(root) && leaf.verify(root.publicKey)
  return isTrusted && leaf.publicKey.asymmetricKeyType === 'rsa' ? leaf.publicKey : undefined
}

function isValidAt({ validFrom, validTo }: X509Certificate, now: Date): boolean {
  return new Date(validFrom) <= now && now <= new Date(validTo)
}

function certificateOf(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}

function isAmong(address: string, certificates: string): boolean {
  if (!URL.canParse(address)) return false
  const given = new URL(address)
  const own = new URL(certificates)
  const isPlain = given.username === '' && given.password === '' && given.search === '' && given.hash === ''
  return (
    isPlain &&
    given.protocol === own.protocol &&
    given.host === own.host &&
    given.pathname.startsWith('/x509/')
  )
}

/** Base64url as it is written, and in no second spelling of the same bytes. */
function bytesOf(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return text !== '' && bytes.toString('base64url') === text ? bytes : undefined
}
