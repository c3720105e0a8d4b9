import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createPin } from '../../../../gateway/src/provider/index.ts'
import { startTestGateway, type TestGateway } from '../../../../gateway/testing/gateway.ts'
import { engines } from '../../../testing/index.ts'
import { htmlOf, openPageWorld, type PageWorld, textIn, type Visitor } from '../testing/operator.ts'

describe.each(engines)('Generuj API secret on %s', (engine) => {
  let desk: PageWorld
  let gateway: TestGateway
  let anna: Visitor
  let other: Server | undefined
  beforeAll(async () => {
    ;[desk, gateway] = await Promise.all([openPageWorld(engine), startTestGateway()])
    anna = desk.visitor({ id: 5 })
  })
  afterAll(async () => {
    await desk.close()
    await gateway.close()
  })
  afterEach(async () => {
    other?.closeAllConnections()
    other?.close()
    other = undefined
    await desk.world.lms.db.deleteFrom('uiconfig').where('section', '=', 'billtech').execute()
  })

  const settings = async (apiUrl: string) => {
    await desk.world.setSetting('api_url', apiUrl)
    await desk.world.setSetting('isp_id', gateway.provider.code)
    await desk.world.setSetting('api_key', gateway.credentials.apiKey)
  }
  const secret = async () => {
    const rows = await desk.world.lms.db
      .selectFrom('uiconfig')
      .select('value')
      .where('section', '=', 'billtech')
      .where('var', '=', 'api_secret')
      .execute()
    return rows.map(({ value }) => value)
  }
  const generate = (pin: string) => anna.press('config', { act: 'generate', pin })
  const answering = async (listener: RequestListener) => {
    other = createServer(listener)
    await new Promise<void>((resolve) => other?.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(other.address() as AddressInfo).port}`
  }

  it('fetches a secret with a PIN, stores it, and it works', async () => {
    await settings(gateway.url)
    await desk.world.setSetting('api_secret', 'old-secret')
    const { pin } = await createPin(gateway.platform.db, gateway.provider.id, gateway.credentials.apiKey)
    expect(await generate(` ${pin} `)).toEqual({ redirect: '?m=billtechconfig&done=secret' })
    const [apiSecret = '', ...more] = await secret()
    expect(more).toEqual([])
    const { apiKey } = gateway.credentials
    const asked = await gateway.api('/pay/v1/events?after=0', { credentials: { apiKey, apiSecret } })
    expect(asked.status).toBe(200)
    const page = await anna.see('config', { done: 'secret' })
    expect(textIn(page.html)).toContain('Zapisano nowy API secret.')
    expect(page.html).not.toContain(apiSecret)
    const used = htmlOf(await generate(pin))
    expect(textIn(used.html)).toContain('nie przyjęło PIN-u')
    expect(await secret()).toEqual([apiSecret])
  })

  it.each<[string, (() => Promise<string>) | string, string]>([
    [
      'a gateway that fails',
      () => answering((_, response) => void response.writeHead(500).end()),
      'nie odpowiada',
    ],
    ['something else', () => answering((_, response) => void response.end('<h1>Witaj</h1>')), 'coś innego'],
    [
      'too many tries',
      () =>
        answering(
          (_, response) =>
            void response
              .writeHead(429, { 'content-type': 'application/problem+json' })
              .end('{"code":"too_many_requests","title":"Too many"}'),
        ),
      'Za dużo prób',
    ],
    ['nobody', 'http://127.0.0.1:9', 'nie odpowiada'],
    ['plain http to another machine', 'http://pay.example.pl', 'musi zaczynać się od https://'],
  ])('says what to do about %s, and keeps the secret that it has', async (_, url, says) => {
    await settings(typeof url === 'string' ? url : await url())
    await desk.world.setSetting('api_secret', 'old-secret')
    const answer = htmlOf(await generate('123456'))
    expect(answer.status).toBe(400)
    expect(textIn(answer.html)).toContain(says)
    expect(await secret()).toEqual(['old-secret'])
  })

  it('asks nobody without a PIN or without the settings that it needs', async () => {
    expect(textIn(htmlOf(await generate(' ')).html)).toContain('Wpisz PIN.')
    const missing = textIn(htmlOf(await generate('1234')).html)
    expect(missing).toContain('Najpierw zapisz: billtech.api_url, billtech.isp_id, billtech.api_key.')
  })
})
