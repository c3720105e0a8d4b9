import type { Command } from 'commander'

export type Environment = Record<string, string | undefined>

/** Makes one command of the command line. */
export type CommandMaker = (environment: Environment) => Command

/** What every command takes. */
export interface CommonOptions {
  lmsIni: string
  json?: boolean
  logDir?: string
  logFormat: 'text' | 'json'
  logLevel: string
}
