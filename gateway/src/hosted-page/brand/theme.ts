import { createHash } from 'node:crypto'
import { contrast, readable } from './colour.ts'

/** Colours of one theme; the style sheet has the same variables. */
export interface Theme {
  /** Links, marks of what is chosen, focus: readable as text on every surface. */
  accent: string
  /** The pay button and what stands on it. */
  button: string
  onButton: string
}

/** Every surface of the style sheet that the accent may stand on; a test holds the two to each other. */
export const surfaces = {
  light: ['#ffffff', '#f4f6f9', '#f7f9fc'],
  dark: ['#0f1217', '#181c23', '#1e232c'],
} as const

const textRatio = 4.5
/** The button’s edge is drawn in the accent, so its surface need only be told from the card. */
const shapeRatio = 1.5
const white = '#ffffff'
const nearBlack = '#10131a'

/**
 * A provider’s colour made fit for both themes: text, marks and edges of at least 4.5:1 against the page, and a
 * label of at least 4.5:1 on a button that keeps the colour itself wherever it can be told from the page.
 *
 * @param colour `#rrggbb`, any
 */
export function themesOf(colour: string): { light: Theme; dark: Theme } {
  return { light: themeOn(colour, surfaces.light, 'darker'), dark: themeOn(colour, surfaces.dark, 'lighter') }
}

function themeOn(colour: string, grounds: readonly string[], towards: 'darker' | 'lighter'): Theme {
  const accent = readable(colour, grounds, textRatio, towards)
  const button = labelled(readable(colour, grounds, shapeRatio, towards))
  return { accent, ...button }
}

/** White or dark text on the button; where neither is readable enough, the button gives way a little. */
function labelled(button: string): { button: string; onButton: string } {
  if (contrast(button, white) >= textRatio) return { button, onButton: white }
  if (contrast(button, nearBlack) >= textRatio) return { button, onButton: nearBlack }
  return { button: readable(button, [white], textRatio, 'darker'), onButton: white }
}

export function themeCss(colour: string): string {
  const { light, dark } = themesOf(colour)
  return `:root{${variables(light)}}@media(prefers-color-scheme:dark){:root{${variables(dark)}}}\n`
}

function variables({ accent, button, onButton }: Theme): string {
  return `--accent:${accent};--button:${button};--on-button:${onButton}`
}

const versions = new Map<string, string>()
const versionsMax = 5_000

/** Changes with the colour and with the arithmetic above, so the file may be kept by browsers for ever. */
export function themeVersion(colour: string): string {
  let version = versions.get(colour)
  if (version === undefined) {
    if (versions.size >= versionsMax) versions.clear()
    version = createHash('sha256').update(themeCss(colour)).digest('hex').slice(0, 10)
    versions.set(colour, version)
  }
  return version
}
