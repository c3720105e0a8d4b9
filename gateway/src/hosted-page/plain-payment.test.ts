import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawPayment, drawPaymentInFull } from './draw.tsx'
import { bill, netix, payment } from './gallery/world.ts'
import { languages } from './language.ts'
import type { Frame } from './render.tsx'
import { speechOf } from './speech.ts'
import type { PaymentPage } from './views/models.ts'

function frameIn(language: (typeof languages)[number], changes: Partial<Frame> = {}): Frame {
  const assets = { js: 'page.1.js', css: 'page.2.css' }
  return { speech: speechOf(language), biller: netix, assets, base: '', keep: '', ...changes }
}

/** Drawn twice, so that the second comes out of what was kept of the first. */
function sameAsInFull(frame: Frame, page: PaymentPage): void {
  for (let times = 0; times < 2; times++) {
    const drawn = drawPayment(frame, page)
    expect(Buffer.isBuffer(drawn)).toBe(true)
    expect(drawn.toString()).toBe(drawPaymentInFull(frame, page))
  }
}

describe('the page of one bill comes out as if it were drawn in full', () => {
  it.each(languages)('in %s, whatever the due date, the provider and the ways to pay', (language) => {
    for (const due of ['2026-11-01', '2026-11-21', '2026-11-22', '2026-11-23', '2027-01-01'])
      sameAsInFull(frameIn(language), payment({ bills: [bill({ due })] }))
    for (const channel of ['blik', 'bank', 'card'] as const)
      sameAsInFull(frameIn(language), payment({ channel }))
    sameAsInFull(frameIn(language), payment({ payer: null, termsUrl: null, blikHint: '777 123' }))
    sameAsInFull(frameIn(language, { biller: { ...netix, name: 'A & B', test: true } }), payment())
    sameAsInFull(frameIn(language, { base: '/pay', keep: 'type=balance' }), payment())
  })

  it('with any title, name, amount and account', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 105 })
    fc.assert(
      fc.property(
        text,
        text,
        fc.bigInt(1n, 999_999_999n),
        fc.stringMatching(/^\d{26}$/),
        (title, payee, amount, account) =>
          sameAsInFull(
            frameIn('pl'),
            payment({ payer: payee, bills: [bill({ title, payee, amount, account })] }),
          ),
      ),
    )
  })
})

it('a page that has more to say is drawn in full', () => {
  const frame = frameIn('pl')
  for (const page of [
    payment({ bills: [bill(), bill({ key: 'b2' })] }),
    payment({ bills: [bill({ amount: 1n, askedAmount: 2n })] }),
    payment({ problems: [{ text: 'error.stale' }] }),
    payment({ notices: [{ tone: 'info', text: 'notice.connect' }] }),
    payment({ blikCode: '777' }),
    payment({ channels: [] }),
  ])
    expect(drawPayment(frame, page)).toBe(drawPaymentInFull(frame, page))
})
