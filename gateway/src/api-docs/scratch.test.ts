import { writeFileSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { it } from 'vitest'
import { startTestGateway } from '../../testing/gateway.ts'

it('x', async () => {
  const gateway = await startTestGateway({ worker: false })
  const html = await (await fetch(`${gateway.url}/docs`)).text()
  writeFileSync('/tmp/docs.html', html)
  writeFileSync('/tmp/openapi.json', await (await fetch(`${gateway.url}/openapi.json`)).text())
  console.log(
    'size',
    Buffer.byteLength(html),
    (await (await fetch(`${gateway.url}/docs/errors`)).text()).length,
  )
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  for (const [name, width, height, dark, path] of [
    ['1280', 1280, 900, false, '/docs'],
    ['360', 360, 740, false, '/docs'],
    ['1280d', 1280, 900, true, '/docs'],
    ['err360', 360, 740, true, '/docs/errors'],
    ['err1280', 1280, 900, false, '/docs/errors'],
  ] as const) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme: dark ? 'dark' : 'light' })
    page.on('console', (m) => console.log(m.text()))
    await page.goto(gateway.url + path)
    const h = (await page.evaluate(
      '[document.documentElement.scrollHeight, document.documentElement.scrollWidth]',
    )) as [number, number]
    console.log(name, h)
    const step = height - 60
    const n = Math.min(Math.ceil(h[0] / step), path === '/docs' ? (width === 360 ? 60 : 40) : 3)
    const picks = process.env.PICKS ? process.env.PICKS.split(',').map(Number) : [...Array(n).keys()]
    for (const i of picks.filter((x) => x < n)) {
      await page.evaluate(`window.scrollTo({top: ${i * step}, behavior: 'instant'})`)
      await page.waitForTimeout(60)
      await page.screenshot({ path: `/tmp/docs-shots/${name}-${String(i).padStart(2, '0')}.png` })
    }
    await page.close()
  }
  await browser.close()
  await gateway.close()
})
