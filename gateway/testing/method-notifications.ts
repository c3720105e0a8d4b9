import { describe, expect, test } from 'vitest'
import { type Post, sendPost } from './fakes/notifications.ts'
import { found, type MethodWorld } from './method-world.ts'

/** Notifications that come twice, late, in another order, changed, or never. */
export function describeNotifications(world: () => MethodWorld): void {
  /** Lets notifications wait while the work is done. @returns what arose meanwhile is sent by `release` */
  const held = async (work: () => Promise<void>): Promise<void> => {
    world().fake.notifications.mode = 'held'
    await work()
    world().fake.notifications.mode = 'now'
  }

  describe('notifications', () => {
    describeRepeated(world)
    describeDoubted(world, held)

    test('that come after the payer is back say nothing new', async () => {
      const checkout = await world().started({ amount: 15 })
      await held(() => world().fake.pay(checkout.publicId))
      expect((await world().reread(checkout)).status).toBe('created')
      expect((await world().back(checkout)).text).toContain('Zapłacono 15,00 zł')
      await world().fake.notifications.release()
      await world().expectPaid(checkout, 1_500n)
    })

    test('that come in another order than they were sent bring each payment to its checkout', async () => {
      const first = await world().started({ amount: 11 })
      const second = await world().started({ amount: 12 })
      await held(async () => {
        await world().fake.pay(first.publicId)
        await world().fake.pay(second.publicId)
      })
      await world().fake.notifications.release('reversed')
      await world().expectPaid(first, 1_100n)
      await world().expectPaid(second, 1_200n)
    })

    test('that never come are not missed: the method is asked by schedule', async () => {
      const checkout = await world().started({ amount: 16 })
      world().fake.notifications.mode = 'lost'
      await world().fake.pay(checkout.publicId)
      world().fake.notifications.mode = 'now'
      await world().advance('PT2M')
      await world().comesTo(checkout, 'succeeded')
      await world().expectPaid(checkout, 1_600n)
    })

    test('whose method cannot be asked are to be sent again', async () => {
      const checkout = await world().started({ amount: 17 })
      await held(() => world().fake.pay(checkout.publicId))
      world().fake.next({ on: /^GET /, reply: { status: 500, body: { error: 'Internal error' } } })
      // An SDK asks again by itself, and is then answered.
      const first = await world().fake.notify(checkout.publicId)
      expect([503, 200, 204]).toContain(first.status)
      const second = await world().fake.notify(checkout.publicId)
      expect([200, 204]).toContain(second.status)
      await world().fake.notifications.release()
      await world().expectPaid(checkout, 1_700n)
    })
  })
}

function describeRepeated(world: () => MethodWorld): void {
  test('that come twice at once, and once more the day after, record one payment', async () => {
    const checkout = await world().started({ amount: 13 })
    world().fake.notifications.mode = 'twice'
    await world().fake.pay(checkout.publicId)
    world().fake.notifications.mode = 'now'
    await world().expectPaid(checkout, 1_300n)
    await world().advance('P1D')
    expect([200, 204]).toContain((await world().fake.notify(checkout.publicId)).status)
    await world().expectPaid(checkout, 1_300n)
  })

  test('20 of them, and 20 returns, at the same moment record one payment', async () => {
    const checkout = await world().started({ amount: 14 })
    world().fake.notifications.mode = 'lost'
    await world().fake.pay(checkout.publicId)
    world().fake.notifications.mode = 'now'
    const all = Array.from({ length: 40 }, (_, n) =>
      n % 2 ? world().fake.notify(checkout.publicId) : world().back(checkout),
    )
    for (const { status } of await Promise.all(all)) expect([200, 204]).toContain(status)
    await world().expectPaid(checkout, 1_400n)
  })
}

function describeDoubted(world: () => MethodWorld, held: (work: () => Promise<void>) => Promise<void>): void {
  test('of which a bit is changed, or the signature is missing, change nothing', async () => {
    const checkout = await world().started({ amount: 18 })
    await held(() => world().fake.pay(checkout.publicId))
    const right = found(world().fake.notification(checkout.publicId))
    for (const wrong of [...flipped(right), ...unsigned(right)])
      expect((await sendPost(wrong)).status, wrong.body).toBe(400)
    expect((await world().reread(checkout)).status).toBe('created')
    await world().expectPaid(checkout)
    await world().fake.notifications.release()
    await world().expectPaid(checkout, 1_800n)
  })

  test('for another provider say nothing there, though the account be the same', async () => {
    const checkout = await world().started({ amount: 19 })
    await held(() => world().fake.pay(checkout.publicId))
    const right = found(world().fake.notification(checkout.publicId))
    const { provider } = await world().gateway.newProvider()
    const url = right.url.replace(/[^/]+$/, provider.code)
    expect((await sendPost({ ...right, url })).status).toBe(400)
    await world().connect(provider)
    expect((await sendPost({ ...right, url })).status).toBe(404)
    expect((await world().reread(checkout)).status).toBe('created')
    await world().fake.notifications.release()
    await world().expectPaid(checkout, 1_900n)
  })
}

/** Copies with one bit changed, at places all over the body. */
function flipped(post: Post): Post[] {
  const bytes = Buffer.from(post.body, 'utf8')
  const step = Math.max(1, Math.floor(bytes.length / 24))
  const copies: Post[] = []
  for (let at = 0; at < bytes.length; at += step) {
    const changed = Buffer.from(bytes)
    // The lowest bit: letters and digits stay such, so that the body can be read as a rule.
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
    copies.push({ ...post, body: changed.toString('latin1') })
  }
  return copies
}

function unsigned(post: Post): Post[] {
  return Object.keys(post.headers)
    .filter((name) => name !== 'content-type')
    .map((name) => {
      const { [name]: _, ...headers } = post.headers
      return { ...post, headers }
    })
}
