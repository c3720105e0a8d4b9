import { relative } from 'node:path'
import { sandboxBlikCodes } from '../../payment/index.ts'
import type { Settings } from '../../settings.ts'
import { styled } from '../output.ts'
import { demoPayers } from './bills.ts'
import type { Demo } from './seed.ts'

/** Where to click, for somebody who has never seen it. */
export async function welcome(
  { links }: Demo,
  settings: Settings,
  demoFile: string,
  balanceLink: (shortLink: string) => Promise<string>,
): Promise<string> {
  const below = relative(process.cwd(), demoFile)
  const file = below.startsWith('..') ? demoFile : below
  const clicks: string[] = []
  for (const { shows, balance, bills } of demoPayers(new Date())) {
    const bill = bills[0]
    const found = links.find((link) => link.userId === bill?.userId && link.operationId === bill.operationId)
    if (!bill || !found) continue
    const address = found.shortLink ?? found.link
    const asked = balance && found.shortLink ? await balanceLink(found.shortLink) : address
    clicks.push(`  ${`${bill.name} ${bill.surname}`.padEnd(32)}${shows.padEnd(26)}${styled('cyan', asked)}`)
  }
  return [
    '',
    styled('bold', `Bill Gateway runs in demo mode at ${settings.publicUrl}. No money moves.`),
    '',
    'Open a bill as a payer would:',
    ...clicks,
    '',
    'Pay it with a BLIK code of the sandbox; each does something else:',
    ...blikCodes(),
    '',
    `Call the API with the key in ${file}:`,
    `  KEY=$(node -p 'const d=require("${file.startsWith('/') ? file : `./${file}`}"); d.apiKey+":"+d.apiSecret')`,
    `  curl -u "$KEY" '${settings.publicUrl}/pay/v1/payments/search?fromDate=0'`,
    '',
    `API reference: ${styled('cyan', `${settings.publicUrl}/docs`)}`,
    'Ctrl+C stops everything; started again, it goes on where it was.',
    '',
  ].join('\n')
}

const outcomes: Record<string, string> = {
  paid: 'paid at once',
  slow: 'paid after 20 seconds',
  refused: 'refused by the bank',
  cancelled: 'refused by the payer',
  'expired-code': 'the code is too old',
  'used-code': 'the code was used before',
  expired: 'the payer never confirms',
  twice: 'paid, told twice',
  'wrong-amount': 'paid, one grosz too much',
  late: 'paid after it expired',
  early: 'paid before the payer is back',
  silent: 'paid, never told: we ask',
}

/** Two a line. */
function blikCodes(): string[] {
  const known = sandboxBlikCodes.map(({ code, outcome }) => ({ code, does: outcomes[outcome] ?? outcome }))
  const cells = [{ code: '777123', does: 'paid after 2 seconds' }, ...known].map(
    ({ code, does }) => `${code.slice(0, 3)} ${code.slice(3)}  ${does}`,
  )
  return cells.flatMap((cell, n) =>
    n % 2 === 0 ? [`  ${cell.padEnd(38)}${cells[n + 1] ?? ''}`.trimEnd()] : [],
  )
}
