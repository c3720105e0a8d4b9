import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino'

export type Log = Logger

export interface LogOptions {
  /** `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`. */
  level: string
  /** One line of JSON, or one line for people; both begin with the time. */
  format: 'json' | 'text'
  /** Where day files `yyyymmdd-<name>.log` go; standard output without it. */
  directory?: string | undefined
  /** Standard error instead of standard output, where that carries an answer. */
  toStandardError?: boolean
  /** What the day files and the lines are named for, such as `update-links`. */
  name: string
}

/** PostgreSQL and MySQL quote values of rows there: names and addresses among them. */
const quotesData = new Set(['detail', 'where', 'internalQuery', 'sql', 'parameters', 'sqlMessage'])

function errorWithoutData(error: Error): object {
  const fields = Object.entries(stdSerializers.err(error)).filter(([name]) => !quotesData.has(name))
  return Object.fromEntries(fields)
}

/**
 * Structured lines without personal data and secrets. Written to day files, a new day begins a new file.
 *
 * @throws where the directory cannot be made
 */
export function createLog(options: LogOptions): Log {
  const { level, format, directory, name } = options
  const output = options.toStandardError ? process.stderr : process.stdout
  const target = directory ? dayFiles(directory, name) : { write: (line: string) => void output.write(line) }
  return pino(
    {
      level,
      base: { name },
      timestamp: () => `,"time":"${localTime(new Date())}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorWithoutData, error: errorWithoutData },
      redact: {
        paths: [
          ...['apiSecret', 'apiKey', 'password', 'email', 'lastname', 'surname', 'title', 'pin', 'secret'],
          ...['*.apiSecret', '*.apiKey', '*.password', '*.email', '*.title', '*.pin', '*.secret'],
        ],
        censor: '[redacted]',
      },
    },
    format === 'json' ? target : inWords(target),
  )
}

/** `2026-03-01T12:34:56.789+01:00`: the time of the machine, as operators read it. */
function localTime(at: Date): string {
  const minutes = -at.getTimezoneOffset()
  const two = (value: number) => String(Math.trunc(Math.abs(value))).padStart(2, '0')
  const offset = `${minutes < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`
  return new Date(at.getTime() + minutes * 60_000).toISOString().replace('Z', offset)
}

/** Opens a file when the day begins that it is named for. */
function dayFiles(directory: string, name: string): DestinationStream {
  mkdirSync(directory, { recursive: true })
  let day = ''
  let file: WriteStream | undefined
  return {
    write(line) {
      const today = localTime(new Date()).slice(0, 10).replaceAll('-', '')
      if (today !== day || !file) {
        file?.end()
        day = today
        file = createWriteStream(join(directory, `${day}-${name}.log`), { flags: 'a', mode: 0o640 })
        // A full disk must not end the process.
        file.on('error', (error) => process.stderr.write(`${directory}: ${error.message}\n`))
      }
      file.write(line)
    },
  }
}

/** `2026-03-01T12:34:56.789+01:00 info  sent links=3` */
function inWords(target: DestinationStream): Writable {
  return new Writable({
    decodeStrings: false,
    write(line: string, _encoding, done) {
      target.write(`${worded(line)}\n`)
      done()
    },
  })
}

function worded(line: string): string {
  const { time, level, msg, name: _name, err, ...rest } = JSON.parse(line) as Record<string, unknown>
  const fields = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const message = (err as { message?: string } | undefined)?.message
  const words = [time, String(level).padEnd(5), msg, ...fields, ...(message ? [`error=${message}`] : [])]
  return words
    .filter((word) => word !== undefined && word !== '')
    .join(' ')
    .replace(/[\r\n]+/g, ' ')
}
