import type { TransferListener } from '../statement/index.ts'
import { closeShown } from './life.ts'

/**
 * Closes a run's transfers as a statement of their provider shows them: as credits on the account that they went
 * to, or as debits where the provider's own account is the one that settlements are paid from.
 */
export const settlementListener: TransferListener = {
  async seen({ db, log }, provider, transfers) {
    for (const { entryId, direction, account, counterpartyAccount, ...transfer } of transfers) {
      const nrb = direction === 'credit' ? account : counterpartyAccount
      if (nrb === null) continue
      const { referenceNumber, amount, currency } = transfer
      const shown = {
        referenceNumber,
        nrb: nrb.replace(/^PL/, ''),
        amount,
        currency,
        shownBy: `entry ${entryId}`,
      }
      if (await closeShown(db, provider.id, shown))
        log.info({ provider: provider.code, reference: referenceNumber }, 'a settlement was seen')
    }
  },
}
