import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { newBiller, type RoomServer, startRooms } from '../../testing/rooms.ts'
import type { ApiError } from '../platform/http/errors.ts'
import {
  advanceClock,
  createKey,
  createProvider,
  findProvider,
  findProviderByCode,
  installationSecret,
  keyStillValid,
  listKeys,
  listProviders,
  providerNow,
  providerRoutes,
  revokeKey,
  updateProvider,
} from './index.ts'

const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(100, 7)])
const nrb = '28616102383202382844889825'

let database: TestDatabase
let server: RoomServer

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startRooms(database, (platform) => [providerRoutes(platform)])
})
afterAll(async () => {
  await server.close()
  await database.drop()
})

const badFields = async (act: Promise<unknown>): Promise<string[]> => {
  const error = await act.then(
    () => undefined,
    (thrown: ApiError) => thrown,
  )
  return error?.errors?.map(({ pointer }) => pointer.slice(1)).sort() ?? []
}

describe('a provider', () => {
  it('is kept as it is told, with its account and colour normal', async () => {
    const { db } = database
    const made = await createProvider(db, {
      code: 'netix',
      name: ' NETIX Sp. z o.o. ',
      taxId: '5260001246',
      address: 'ul. Długa 1, Warszawa',
      phone: '+48 22 123 45 67',
      helpUrl: 'https://netix.example/help',
      language: 'uk',
      defaultNrb: `PL ${nrb.slice(0, 2)} ${nrb.slice(2)}`,
      color: '#0A6EF0',
      importsTransfers: true,
    })
    expect(made).toMatchObject({
      code: 'netix',
      name: 'NETIX Sp. z o.o.',
      test: false,
      disabled: false,
      language: 'uk',
      currency: 'PLN',
      defaultNrb: nrb,
      color: '#0a6ef0',
      logoHash: null,
      importsTransfers: true,
      clockAheadMs: 0,
    })
    expect(await findProvider(db, made.id)).toEqual(made)
    expect(await findProviderByCode(db, 'netix')).toEqual(made)
    expect((await listProviders(db)).map(({ code }) => code)).toContain('netix')
    const cleared = await updateProvider(db, made.id, { color: null, defaultNrb: null, phone: null })
    expect(cleared).toMatchObject({ color: null, defaultNrb: null, phone: null, taxId: '5260001246' })
  })

  it('is refused with every bad field named', async () => {
    const { db } = database
    expect(
      await badFields(
        createProvider(db, {
          code: 'no spaces',
          name: ' ',
          taxId: '?',
          address: 'x'.repeat(201),
          phone: 'call me',
          helpUrl: 'javascript:alert(1)',
          termsUrl: 'not an address',
          language: 'de',
          currency: 'JPY',
          defaultNrb: '11616102383202382844889825',
          color: 'red',
          logo: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
        }),
      ),
    ).toEqual(
      'address code color currency defaultNrb helpUrl language logo name phone taxId termsUrl'.split(' '),
    )
    await createProvider(db, { code: 'taken', name: 'One' })
    expect(await badFields(createProvider(db, { code: 'taken', name: 'Two' }))).toEqual(['code'])
    const { provider } = await newBiller(database)
    const large = Buffer.concat([png, Buffer.alloc(20_480)])
    expect(await badFields(updateProvider(db, provider.id, { logo: large }))).toEqual(['logo'])
  })

  it('stays live or a test while it has keys, and for ever after its first link', async () => {
    const { db } = database
    const { provider, key } = await newBiller(database)
    await advanceClock(db, provider.id, 60)
    expect(await badFields(updateProvider(db, provider.id, { test: false }))).toEqual(['test'])
    await revokeKey(db, provider.id, key.apiKey)
    const live = await updateProvider(db, provider.id, { test: false, name: 'Live now' })
    expect(live).toMatchObject({ test: false, name: 'Live now', clockAheadMs: 0 })
    await sql`insert into payer (provider_id, user_id) values (${provider.id}, 'u')`.execute(db)
    expect(await badFields(updateProvider(db, provider.id, { test: true }))).toEqual(['test'])
    expect(await findProvider(db, provider.id)).toMatchObject({ test: false })
  })

  it('has its own clock where it is a test', async () => {
    const { db } = database
    const { provider } = await newBiller(database)
    await advanceClock(db, provider.id, 3600)
    const moved = await advanceClock(db, provider.id, 86_400)
    expect(moved.clockAheadMs).toBe(90_000_000)
    expect(providerNow(moved).getTime() - Date.now()).toBeGreaterThan(89_000_000)
    expect(await badFields(advanceClock(db, provider.id, 2_000_000_000))).toEqual(['advance'])
    const live = await newBiller(database, { test: false })
    await expect(advanceClock(db, live.provider.id, 1)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('a key', () => {
  it('is valid until it is revoked or its provider is disabled', async () => {
    const { db } = database
    const { provider, key } = await newBiller(database)
    const access = { provider, keyId: key.keyId, lmsPlugin: false }
    expect(await keyStillValid(db, access)).toBe(true)
    await updateProvider(db, provider.id, { disabled: true })
    expect(await keyStillValid(db, access)).toBe(false)
    await updateProvider(db, provider.id, { disabled: false })
    expect(await keyStillValid(db, access)).toBe(true)
    await revokeKey(db, provider.id, key.apiKey)
    expect(await keyStillValid(db, access)).toBe(false)
  })

  it('is listed without its secret', async () => {
    const { db } = database
    const { provider, key } = await newBiller(database)
    const second = await createKey(db, provider.id, { lmsPlugin: true })
    await revokeKey(db, provider.id, key.apiKey)
    const keys = await listKeys(db, provider.id)
    expect(keys).toEqual([
      {
        id: key.keyId,
        apiKey: key.apiKey,
        lmsPlugin: false,
        createdAt: expect.any(Date),
        revokedAt: expect.any(Date),
      },
      {
        id: second.keyId,
        apiKey: second.apiKey,
        lmsPlugin: true,
        createdAt: expect.any(Date),
        revokedAt: null,
      },
    ])
  })
})

describe('a logo', () => {
  it('is served with its type, kept for ever under its hash, and can run nothing', async () => {
    const { provider } = await newBiller(database)
    const { logoHash } = await updateProvider(database.db, provider.id, { logo: png })
    expect(logoHash).toMatch(/^[0-9a-f]{16}$/)
    const versioned = await fetch(`${server.url}/brand/${provider.code}/logo?v=${logoHash}`)
    expect(Buffer.from(await versioned.arrayBuffer()).equals(png)).toBe(true)
    expect(versioned.headers.get('content-type')).toBe('image/png')
    expect(versioned.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(versioned.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
    expect(versioned.headers.get('x-content-type-options')).toBe('nosniff')
    const bare = await fetch(`${server.url}/brand/${provider.code}/logo`)
    expect(bare.headers.get('cache-control')).toBe('public, max-age=300')
    await updateProvider(database.db, provider.id, { logo: null })
    expect((await fetch(`${server.url}/brand/${provider.code}/logo`)).status).toBe(404)
    expect((await fetch(`${server.url}/brand/nobody/logo`)).status).toBe(404)
  })
})

describe('an installation secret', () => {
  it('is one for all who ask at the same time', async () => {
    const secrets = await Promise.all(
      Array.from({ length: 10 }, () => installationSecret(database.db, 'form')),
    )
    expect(new Set(secrets.map((secret) => secret.toString('hex'))).size).toBe(1)
    expect(secrets[0]).toHaveLength(32)
    expect((await installationSecret(database.db, 'other')).equals(secrets[0] ?? Buffer.alloc(0))).toBe(false)
  })
})
