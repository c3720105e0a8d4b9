/** Days of the calendar in the time zone of LMS. */

const dayMs = 86_400_000

/** Seconds since 1970 at which a day (`yyyy-mm-dd`) begins in the zone; undefined where there is no such day. */
export function dayStart(day: string, zone: string): number | undefined {
  const [, year = '', month = '', date = ''] = /^(20\d\d)-(\d\d)-(\d\d)$/.exec(day) ?? []
  const midnight = new Date(Date.UTC(Number(year), Number(month) - 1, Number(date)))
  if (!year || midnight.toISOString().slice(0, 10) !== day) return undefined
  // Midnight by UTC, put right by the zone's offset; once more, for the offset may change in between.
  let at = midnight.getTime()
  for (let round = 0; round < 2; round++) at = midnight.getTime() - offsetMs(at, zone)
  return Math.floor(at / 1000)
}

/** The day after, `yyyy-mm-dd`. */
export function nextDay(day: string): string {
  return new Date(Date.parse(day) + dayMs).toISOString().slice(0, 10)
}

/** The month after, `yyyy-mm`. */
export function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7)
}

function offsetMs(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at)
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0)
  const local = Date.UTC(
    value('year'),
    value('month') - 1,
    value('day'),
    value('hour'),
    value('minute'),
    value('second'),
  )
  return local - Math.floor(at / 1000) * 1000
}
