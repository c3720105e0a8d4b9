import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { askBridge, createSecret, placeOf } from '../../connector/src/bridge/index.ts'
import { formerGateways, heldLeases, readInfo } from '../../connector/src/store/index.ts'
import { watch } from '../../connector/src/watch/index.ts'
import { startFakeGateway } from '../../connector/testing/fake-gateway.ts'
import { type LinksWorld, pointTo, startLinksWorld } from '../../connector/testing/fake-gateway-context.ts'
import { engines } from '../../connector/testing/index.ts'
import { ensureBuilt, start } from './support/command-line.ts'

const patience = { timeout: 120_000, interval: 50 }

describe.each(engines)('watch on %s', (engine) => {
  let lms: LinksWorld
  let running: { stop: AbortController; done: Promise<void> }[]
  let customer: number

  beforeEach(async () => {
    lms = await startLinksWorld(engine)
    running = []
    const { world } = lms
    await world.setSetting('allow_test', 'true')
    await world.setSetting('bridge_socket', join(world.folder, 'run/bridge.sock'))
    await world.setSetting('bridge_secret_file', join(world.folder, 'bridge.secret'))
    await createSecret(join(world.folder, 'bridge.secret'))
    customer = await world.addCustomer()
    await world.addInvoice({ customerId: customer, lines: ['69.00'] })
  })
  afterEach(async () => {
    for (const { stop } of running) stop.abort()
    await Promise.all(running.map(({ done }) => done))
    await lms.close()
  })

  async function startWatch() {
    const stop = new AbortController()
    const context = await lms.anotherContext({ signal: stop.signal })
    const each = { stop, done: watch({ context, signal: stop.signal, settingsEveryMs: 1_000 }) }
    running.push(each)
    return { ...each, context }
  }

  const active = (gateway = lms.gateway) => gateway.book.active(String(customer))
  const booked = async () => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from cash
      where customerid = ${customer} and type = 100`.execute(lms.world.lms.db)
    return rows[0]?.n
  }
  const linked = (amount: number) =>
    expect.poll(() => active().map((link) => Number(link.item.amount)), patience).toEqual([amount])

  it('makes links, books what is paid, and links what is left', async () => {
    await startWatch()
    await linked(69)
    lms.gateway.book.pay(active()[0]?.token ?? '', { amount: 5000n })
    await expect.poll(() => lms.world.balanceOf(customer), patience).toBe(-1900n)
    await linked(19)
    expect(await booked()).toBe(1)
  })

  it('answers the plugin, and ends in good order: nothing is held or left', async () => {
    const { stop, done, context } = await startWatch()
    const place = placeOf(context.settings())
    await expect
      .poll(() => askBridge(place, 'ping', {}, 2_000).catch((error: Error) => error.message), patience)
      .toMatchObject({ ok: true })
    await linked(69)
    await expect.poll(() => readInfo(lms.world.lms.db, 'pass:links'), patience).toBeTypeOf('string')
    stop.abort()
    await done
    expect(existsSync(place.socket)).toBe(false)
    expect(await heldLeases(lms.world.lms)).toEqual([])
    expect(JSON.parse((await readInfo(lms.world.lms.db, 'pass:links')) ?? '')).toMatchObject({ ok: true })
  })

  it('sits out a gateway that is away: what is paid meanwhile is booked once it is back', async () => {
    await startWatch()
    await linked(69)
    const token = active()[0]?.token ?? ''
    await lms.gateway.stop()
    lms.gateway.book.pay(token)
    await lms.gateway.start()
    await expect.poll(() => lms.world.balanceOf(customer), patience).toBe(0n)
    expect(await booked()).toBe(1)
  })

  it('sits out a database that broke all its connections', async () => {
    await startWatch()
    await linked(69)
    await lms.world.cutConnections()
    lms.gateway.book.pay(active()[0]?.token ?? '')
    await expect.poll(() => lms.world.balanceOf(customer), patience).toBe(0n)
    expect(await booked()).toBe(1)
  })

  it('two at once book every payment once', async () => {
    await startWatch()
    await startWatch()
    await linked(69)
    lms.gateway.book.pay(active()[0]?.token ?? '', { amount: 5000n })
    await linked(19)
    lms.gateway.book.pay(active()[0]?.token ?? '')
    await expect.poll(() => lms.world.balanceOf(customer), patience).toBe(0n)
    await expect.poll(active, patience).toEqual([])
    expect(await booked()).toBe(2)
  })

  it('reads the settings while it runs: a switched off plugin, then another gateway', async () => {
    const { world } = lms
    await world.disablePlugin()
    const { context } = await startWatch()
    await expect.poll(() => readInfo(world.lms.db, 'pass:links'), patience).toBeTypeOf('string')
    expect(active()).toEqual([])
    await world.enablePlugin()
    await linked(69)
    const token = active()[0]?.token ?? ''
    const other = await startFakeGateway()
    try {
      await pointTo(world, other)
      await expect.poll(() => active(other).length, patience).toBe(1)
      await expect.poll(() => lms.gateway.book.links.get(token)?.status, patience).toBe('cancelled')
      const former = await formerGateways(world.lms, context.gateway().id)
      expect(former).toMatchObject([{ apiUrl: lms.gateway.url }])
    } finally {
      for (const { stop } of running) stop.abort()
      await Promise.all(running.map(({ done }) => done))
      await other.close()
    }
  })

  it('killed with -9 in its work, it goes on where it was', async () => {
    await ensureBuilt()
    const args = ['watch', '--lms-ini', lms.world.ini]
    const first = start(args)
    await linked(69)
    await first.end('SIGKILL')
    lms.gateway.book.pay(active()[0]?.token ?? '')
    const second = start(args)
    await expect.poll(() => lms.world.balanceOf(customer), patience).toBe(0n)
    const { status, stdout } = await second.end('SIGTERM')
    expect([status, stdout]).toEqual([0, expect.stringMatching(/ info {2}stopped\n$/)])
    expect(await booked()).toBe(1)
  })

  it('told to stop while the gateway keeps it waiting, it does not wait for it', async () => {
    await ensureBuilt()
    lms.gateway.fault = () => ({ kind: 'slow', ms: 120_000 })
    const watching = start(['watch', '--lms-ini', lms.world.ini])
    await expect.poll(() => lms.gateway.requests.length, patience).toBeGreaterThan(0)
    expect(await watching.end('SIGTERM')).toMatchObject({ status: 0 })
    expect(await heldLeases(lms.world.lms)).toEqual([])
  })
})
