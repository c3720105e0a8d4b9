import { readFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import type { ProviderChanges } from '../provider/index.ts'

/** Options of what can be set for a provider; an empty text takes a value away. */
export interface DetailOptions {
  name?: string
  taxId?: string
  address?: string
  phone?: string
  contactEmail?: string
  helpUrl?: string
  termsUrl?: string
  privacyUrl?: string
  language?: string
  currency?: string
  defaultNrb?: string
  color?: string
  logo?: string
  importsTransfers?: 'on' | 'off'
  receipts?: 'on' | 'off'
}

export function addDetailOptions(command: Command): Command {
  return command
    .option('--tax-id <text>', 'Tax id, at most 20 characters.')
    .option('--address <text>', 'Postal address in one line, at most 200 characters.')
    .option('--phone <text>', 'Phone number for payers.')
    .option('--contact-email <address>', 'Where the gateway writes to it when something needs its care.')
    .option('--help-url <url>', 'Its page for payers who need help.')
    .option('--terms-url <url>', 'Its terms.')
    .option('--privacy-url <url>', 'Its privacy notice.')
    .option('--language <code>', "Language of pages where the payer's is not known: pl, en or uk.")
    .option('--currency <code>', 'Currency of its links, ISO 4217.')
    .option('--default-nrb <account>', 'Account of links that name none, 26 digits.')
    .option('--color <#rrggbb>', 'Its colour on pages; contrast is corrected.')
    .option('--logo <file>', 'Its logo: PNG, JPEG or WebP, at most 20 KiB.')
    .addOption(
      new Option(
        '--imports-transfers <on|off>',
        'Its billing system books plain transfers itself: the LMS plugin is not told of them.',
      ).choices(['on', 'off']),
    )
    .addOption(
      new Option(
        '--receipts <on|off>',
        'Receipts by mail to payers whose bills name an address. Default: on, for test providers off.',
      ).choices(['on', 'off']),
    )
}

const texts = [
  'name',
  'taxId',
  'address',
  'phone',
  'contactEmail',
  'helpUrl',
  'termsUrl',
  'privacyUrl',
  'language',
  'currency',
  'defaultNrb',
  'color',
] as const

export async function detailsOf(options: DetailOptions): Promise<ProviderChanges> {
  const details: ProviderChanges = {}
  for (const name of texts) {
    if (options[name] !== undefined)
      Object.assign(details, { [name]: options[name] === '' ? null : options[name] })
  }
  if (options.importsTransfers !== undefined) details.importsTransfers = options.importsTransfers === 'on'
  if (options.receipts !== undefined) details.receipts = options.receipts === 'on'
  if (options.logo !== undefined) details.logo = options.logo === '' ? null : await readLogo(options.logo)
  return details
}

async function readLogo(file: string): Promise<Uint8Array> {
  return readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new Error(`The logo ${file} cannot be read (${cause.code}). Check the path.`, { cause })
  })
}
