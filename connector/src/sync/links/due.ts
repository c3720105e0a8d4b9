const formats = new Map<string, Intl.DateTimeFormat>()
const daySeconds = 86_400
/** The gateway takes years 1900 to 2999; LMS's oldest times are of 1970. */
const lastDay = '2999-12-31'

/** `yyyy-mm-dd` of a moment where the LMS server stands: the day that LMS prints. */
export function localDay(epochSeconds: number, zone: string): string {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    })
    formats.set(zone, format)
  }
  const day = format.format(epochSeconds * 1000)
  return day > lastDay ? lastDay : day
}

/** The day on which a bill of that moment is due; LMS counts days of 86,400 seconds. */
export function dueDay(chargedAt: number, days: number, zone: string): string {
  return localDay(chargedAt + Math.max(0, days) * daySeconds, zone)
}
