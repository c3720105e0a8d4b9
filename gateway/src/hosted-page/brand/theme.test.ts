import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contrast, hexOf, parseColour, withLightness } from './colour.ts'
import { surfaces, themeCss, themesOf } from './theme.ts'

const anyColour = fc
  .integer({ min: 0, max: 0xffffff })
  .map((value) => `#${value.toString(16).padStart(6, '0')}`)

describe('contrast', () => {
  it.each([
    ['#000000', '#ffffff', 21],
    ['#767676', '#ffffff', 4.54],
    ['#ff0000', '#ffffff', 4],
    ['#0b57d0', '#0b57d0', 1],
  ])('of %s and %s is %d', (one, other, ratio) => {
    expect(contrast(one, other)).toBeCloseTo(ratio, 1)
    expect(contrast(other, one)).toBeCloseTo(ratio, 1)
  })
})

it('reads and writes every colour as it is', () => {
  fc.assert(fc.property(anyColour, (hex) => hexOf(parseColour(hex)) === hex))
})

it('keeps the hue while the lightness changes', () => {
  expect(withLightness('#ffd400', 0.5)).toBe('#766109')
  expect(withLightness('#123456', 1)).toMatch(/^#f[e-f]f[e-f]f[e-f]$/)
})

describe('a theme of any colour', () => {
  it('is readable in light and dark', () => {
    fc.assert(
      fc.property(anyColour, (colour) => {
        for (const [name, theme] of Object.entries(themesOf(colour)) as ['light' | 'dark', never][]) {
          const { accent, button, onButton } = theme as ReturnType<typeof themesOf>['light']
          for (const surface of surfaces[name]) {
            expect(contrast(accent, surface)).toBeGreaterThanOrEqual(4.5)
            expect(contrast(button, surface)).toBeGreaterThanOrEqual(1.4)
          }
          expect(contrast(onButton, button)).toBeGreaterThanOrEqual(4.5)
        }
      }),
      { numRuns: 2_000 },
    )
  })
  it('leaves a good colour as it is', () => {
    expect(themesOf('#0b57d0').light).toEqual({ accent: '#0b57d0', button: '#0b57d0', onButton: '#ffffff' })
    expect(themesOf('#8ab4ff').dark.button).toBe('#8ab4ff')
  })
  it('is a style sheet without anything that a colour could smuggle in', () => {
    expect(themeCss('#ffd400')).toMatch(
      /^:root\{(--[a-z-]+:#[0-9a-f]{6};?){3}\}@media\(prefers-color-scheme:dark\)\{:root\{(--[a-z-]+:#[0-9a-f]{6};?){3}\}\}\n$/,
    )
  })
})
