/** LMS's number of a document, for old rows that do not hold it ready-made. */

export interface NumberedDocument {
  number: number
  extnumber: string
  /** Of the number plan; null where the plan is gone. */
  template: string | null
  /** Moment of issue, epoch seconds. */
  cdate: number
  customerId: number | null
}

const templateDefault = '%N/LMS/%Y'

const parts: Record<string, Intl.DateTimeFormatOptions> = {
  Y: { year: 'numeric' },
  y: { year: '2-digit' },
  m: { month: '2-digit' },
  d: { day: '2-digit' },
  e: { day: 'numeric' },
  H: { hour: '2-digit', hourCycle: 'h23' },
  M: { minute: '2-digit' },
  S: { second: '2-digit' },
  a: { weekday: 'short' },
  A: { weekday: 'long' },
  b: { month: 'short' },
  B: { month: 'long' },
}
const polishMonths = new Set(['b', 'B'])

/** @param zone IANA name of the zone that the LMS server stands in */
export function documentNumber(document: NumberedDocument, zone: string): string {
  const template = document.template || templateDefault
  const padded = (value: number, width: string | undefined) => String(value).padStart(Number(width || 0), '0')
  return template
    .replace(/%(\d{1,2})?C/g, (_, width) => padded(document.customerId ?? 0, width))
    .replace(/%I/g, document.extnumber)
    .replace(/%(\d{1,2})?N/g, (_, width) => padded(document.number || 1, width))
    .replace(/%([a-zA-Z])/g, (whole, code: string) => dateCode(code, document.cdate, zone) ?? whole)
}

function dateCode(code: string, epochSeconds: number, zone: string): string | undefined {
  const at = new Date(epochSeconds * 1000)
  const calendar = () => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(at)
  if (code === 'F') return calendar()
  if (code === 'T') return ['H', 'M', 'S'].map((each) => dateCode(each, epochSeconds, zone)).join(':')
  if (code === 'R') return ['H', 'M'].map((each) => dateCode(each, epochSeconds, zone)).join(':')
  if (code === 'D') return ['m', 'd', 'y'].map((each) => dateCode(each, epochSeconds, zone)).join('/')
  if (code === 'j') {
    const day = calendar()
    const days = (Date.parse(day) - Date.parse(`${day.slice(0, 4)}-01-01`)) / 86_400_000
    return String(Math.round(days) + 1).padStart(3, '0')
  }
  if (code === 'u' || code === 'w') {
    const day = new Date(calendar()).getUTCDay()
    return String(code === 'u' && day === 0 ? 7 : day)
  }
  const options = parts[code]
  if (!options) return undefined
  const language = polishMonths.has(code) ? 'pl-PL' : 'en-GB'
  const text = new Intl.DateTimeFormat(language, { timeZone: zone, ...options }).format(at)
  return /^\d$/.test(text) && code !== 'e' ? `0${text}` : text
}
