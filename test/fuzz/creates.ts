import fc from 'fast-check'
import { bill } from '../support/bill.ts'
import { itemValues } from '../support/item-values.ts'
import type { FuzzRequest } from './client.ts'
import type { World } from './world.ts'

const json = 'application/json'
const createPath = '/pay/v1/payments'
const fields = Object.keys(itemValues).filter((field) => !field.includes('.'))

function rarely<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary })
}

/** Any JSON text, deep and odd. */
export const anyJson = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.constantFrom(
    '',
    '{',
    'null',
    '[]',
    '0',
    '-0',
    '1e999',
    '"\\ud800"',
    '{"a":1}{',
    '\ufeff{}',
    '[1,]',
    "{'a':1}",
  ),
)

/** Creates that are refused: at least one field is bad, and which ones is known. */
export function labelledCreate(world: World): fc.Arbitrary<FuzzRequest> {
  const items = fc.oneof(
    { weight: 30, arbitrary: fc.array(labelledItem, { minLength: 1, maxLength: 6 }) },
    { weight: 1, arbitrary: fc.array(labelledItem, { minLength: 90, maxLength: 100 }) },
  )
  return fc.tuple(items, badField, fc.nat(), fc.nat()).map(([given, [field, value], spoilt, unique]) => {
    const labelled = [...given]
    const at = spoilt % labelled.length
    labelled[at] = [...(labelled[at] ?? []), [field, value, true]]
    const bad: string[] = []
    const payments = labelled.map((changes, index) => itemOf(changes, `${unique}-${index}`, index, bad))
    return {
      kind: 'labelled create',
      method: 'POST',
      path: createPath,
      headers: { authorization: world.keys.own, 'content-type': json },
      body: JSON.stringify({ payments }),
      bad: [...new Set(bad)].sort(),
    }
  })
}

type Change = [field: string, value: unknown, bad: boolean]

const badField = fc
  .constantFrom(...fields)
  .chain((field) =>
    fc.constantFrom(...(itemValues[field]?.bad ?? [])).map((value): [string, unknown] => [field, value]),
  )
const goodField = fc
  .constantFrom(...fields.filter((field) => field !== 'userId' && field !== 'operationId'))
  .chain((field) =>
    fc.constantFrom(...(itemValues[field]?.good ?? [])).map((value): [string, unknown] => [field, value]),
  )
const labelledItem: fc.Arbitrary<Change[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: goodField.map(([field, value]): Change => [field, value, false]) },
    { weight: 1, arbitrary: badField.map(([field, value]): Change => [field, value, true]) },
  ),
  { maxLength: 4 },
)

/** Later changes of a field replace earlier ones. */
function itemOf(changes: Change[], unique: string, index: number, bad: string[]): Record<string, unknown> {
  const last = new Map(changes.map((change) => [change[0], change]))
  for (const [field, , isBad] of last.values()) if (isBad) bad.push(`/payments/${index}/${field}`)
  const values = Object.fromEntries([...last.values()].map(([field, value]) => [field, value]))
  return bill({ userId: `labelled-${unique}`, operationId: `op-${unique}`, ...values })
}

/** A right request with something in it changed to anything: whether it is taken, the gateway decides. */
export function mutatedCreate(world: World): fc.Arbitrary<FuzzRequest> {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(...Object.values(itemValues).flatMap((row) => [...row.good, ...row.bad])),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.double(),
  )
  const change = fc.tuple(fc.constantFrom(...fields, 'payments', 'providerCode', '__proto__', 'x'), value)
  return fc
    .record({
      changes: fc.array(change, { maxLength: 3 }),
      count: fc.integer({ min: 1, max: 3 }),
      userId: fc.constantFrom(...world.userIds),
      operationId: fc.option(fc.integer({ min: 0, max: 20 })),
      plugin: fc.boolean(),
      cut: rarely(fc.nat({ max: 400 })),
      type: fc.constantFrom(
        json,
        json,
        json,
        json,
        `${json}; charset=utf-8`,
        'text/plain',
        'application/x-www-form-urlencoded',
      ),
      key: rarely(fc.constantFrom('k1', 'k2', 'k3', 'k4', '\u00e9', ' ')),
    })
    .map(({ changes, count, userId, operationId, plugin, cut, type, key }) => {
      const payments = Array.from({ length: count }, (_, index) =>
        bill({
          userId,
          operationId: operationId === null ? undefined : operationId + index,
          name: 'Jan',
          surname: 'Nowak',
        }),
      )
      const request: Record<string, unknown> = {
        payments,
        ...(plugin ? { providerCode: world.providerCode } : {}),
      }
      for (const [field, changed] of changes) {
        const target = field === 'payments' || field === 'providerCode' ? request : (payments[0] ?? {})
        Object.defineProperty(target, field, { value: changed, enumerable: true, configurable: true })
      }
      const text = JSON.stringify(request)
      return {
        kind: 'mutated create',
        method: 'POST',
        path: createPath,
        headers: {
          authorization: plugin ? world.keys.plugin : world.keys.own,
          'content-type': type,
          ...(key === null ? {} : { 'idempotency-key': key }),
        },
        body: cut === null ? text : text.slice(0, cut),
      }
    })
}

/** Bytes that may be nothing at all. */
export function garbageCreate(world: World): fc.Arbitrary<FuzzRequest> {
  return fc
    .tuple(
      fc.oneof(
        anyJson,
        fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
        fc.string({ unit: 'binary' }),
      ),
      fc.constantFrom(
        json,
        'text/plain',
        'application/x-ndjson',
        'x/y',
        '',
        'application/json; charset=latin2',
      ),
      fc.constantFrom(...Object.values(world.keys)),
      fc.constantFrom(createPath, `${createPath}/`, '//pay//v1//payments', `${createPath}?x=1`),
    )
    .map(([body, type, authorization, path]) => ({
      kind: 'garbage create',
      method: 'POST',
      path,
      headers: { authorization, 'content-type': type },
      body,
    }))
}

/** Lines good, bad and broken; ends that are cut off. */
export function bulk(world: World): fc.Arbitrary<FuzzRequest> {
  const line = fc.oneof(
    labelledItem.chain((changes) =>
      fc.nat().map((unique) => JSON.stringify(itemOf(changes, `bulk-${unique}`, 0, []))),
    ),
    fc.constantFrom(...world.userIds).map((userId) => JSON.stringify(bill({ userId, operationId: 'bulk' }))),
    anyJson.map((text) => text.replaceAll('\n', ' ')),
    fc.constant(''),
  )
  return fc
    .tuple(fc.array(line, { maxLength: 8 }), fc.constantFrom('\n', '\r\n', '\n\n'))
    .map(([lines, end]) => ({
      kind: 'bulk',
      method: 'POST',
      path: `${createPath}/bulk`,
      headers: { authorization: world.keys.own, 'content-type': 'application/x-ndjson' },
      body: lines.join(end),
    }))
}
