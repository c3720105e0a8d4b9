const pattern =
  /^P(?=.)(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?=.)(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$/
/** Seconds of a week, day, hour, minute, second. */
const units = [604_800, 86_400, 3_600, 60, 1] as const

/** Seconds of an ISO 8601 duration of weeks, days, hours, minutes and seconds; undefined where it is none. */
export function secondsOf(duration: string): number | undefined {
  const match = pattern.exec(duration)
  return match ? units.reduce((sum, unit, index) => sum + unit * Number(match[index + 1] ?? 0), 0) : undefined
}
