/**
 * Colour arithmetic for a provider’s brand colour: contrast as WCAG 2.2 measures it, and lightness changed in
 * OKLCH (Björn Ottosson’s colour space), where a colour keeps its hue while it gets lighter or darker.
 */
export type Rgb = readonly [red: number, green: number, blue: number]

/** @param hex `#rrggbb` */
export function parseColour(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16)
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255]
}

export function hexOf(rgb: Rgb): string {
  return `#${rgb.map((part) => toByte(part).toString(16).padStart(2, '0')).join('')}`
}

function toByte(part: number): number {
  return Math.round(Math.min(1, Math.max(0, part)) * 255)
}

/** Contrast ratio from 1 to 21 (WCAG 2.2, relative luminance). */
export function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (high + 0.05) / (low + 0.05)
}

function luminance(hex: string): number {
  const [red, green, blue] = parseColour(hex).map(linear) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const linear = (part: number) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
const gamma = (part: number) => (part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055)

interface Lch {
  lightness: number
  chroma: number
  hue: number
}

function toLch(rgb: Rgb): Lch {
  const [r, g, b] = rgb.map(linear) as [number, number, number]
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s
  const bb = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s
  return {
    lightness: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    chroma: Math.hypot(a, bb),
    hue: Math.atan2(bb, a),
  }
}

function fromLch({ lightness, chroma, hue }: Lch): Rgb {
  const a = chroma * Math.cos(hue)
  const b = chroma * Math.sin(hue)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    gamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ]
}

/** The same hue at another lightness, with as much of its chroma as a screen can show. */
export function withLightness(hex: string, lightness: number): string {
  const colour = toLch(parseColour(hex))
  for (let share = 1; share > 0; share -= 0.05) {
    const rgb = fromLch({ ...colour, lightness, chroma: colour.chroma * share })
    if (rgb.every((part) => part > -0.002 && part < 1.002)) return hexOf(rgb)
  }
  return hexOf(fromLch({ ...colour, lightness, chroma: 0 }))
}

const steps = 60

/**
 * The colour nearest to the given one, darker or lighter, that reaches the ratio against every surface.
 * Black against light surfaces and white against dark ones always do, for ratios up to 4.5.
 */
export function readable(
  hex: string,
  surfaces: readonly string[],
  ratio: number,
  towards: 'darker' | 'lighter',
) {
  const reaches = (colour: string) => surfaces.every((surface) => contrast(colour, surface) >= ratio)
  if (reaches(hex)) return hex
  const start = toLch(parseColour(hex)).lightness
  const end = towards === 'darker' ? 0 : 1
  for (let step = 1; step <= steps; step++) {
    const colour = withLightness(hex, start + ((end - start) * step) / steps)
    if (reaches(colour)) return colour
  }
  return towards === 'darker' ? '#000000' : '#ffffff'
}
