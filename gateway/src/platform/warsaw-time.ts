const clock = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/Warsaw',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})
const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** Formatting by Intl is slow and rows of a search are mostly of the same hours: the clock turns on whole ones. */
let lastHour = Number.NaN
let lastOffsetMinutes = 0

function offsetMinutes(time: number): number {
  const hour = Math.floor(time / hourMs)
  if (hour !== lastHour) {
    const parts = Object.fromEntries(clock.formatToParts(time).map(({ type, value }) => [type, value]))
    const wall = Date.parse(
      `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}Z`,
    )
    lastOffsetMinutes = Math.round((wall - time) / minuteMs)
    lastHour = hour
  }
  return lastOffsetMinutes
}

/** The moment on a Polish clock, to the second, with its offset: `2020-07-23T16:20:20+02:00`. */
export function warsawTime(moment: Date): string {
  const offset = offsetMinutes(moment.getTime())
  const wall = new Date(moment.getTime() + offset * minuteMs).toISOString().slice(0, 19)
  const sign = offset < 0 ? '-' : '+'
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60]
  return `${wall}${sign}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
}

/** The day on a Polish calendar: `2020-07-23`. */
export function warsawDate(moment: Date): string {
  return warsawTime(moment).slice(0, 10)
}

/**
 * The moment that a Polish clock shows as `2020-07-23 16:20:20`, with a T or a space. Of the hour that comes
 * twice a year it is the first.
 *
 * @returns undefined where it is no such text
 */
export function momentOf(wall: string): Date | undefined {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)$/.exec(wall) ?? []
  const asUtc = new Date(`${day}T${time}Z`)
  if (Number.isNaN(asUtc.getTime()) || asUtc.toISOString().slice(0, 10) !== day) return undefined
  // An hour before, the offset is still that of the first of the two hours.
  return new Date(`${day}T${time}${warsawTime(new Date(asUtc.getTime() - 2 * 60 * minuteMs)).slice(19)}`)
}
