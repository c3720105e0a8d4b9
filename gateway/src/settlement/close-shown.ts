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
        direction,
        nrb: nrb.replace(/^PL/, ''),
        amount,
        currency,
        shownBy: `entry ${entryId}`,
      }
      const closed = await closeShown(db, provider.id, shown)
      const whose = { provider: provider.code, reference: referenceNumber }
      if (closed === 'run') log.info(whose, 'a settlement was seen')
      else if (closed) log.error(whose, 'the bank paid a settlement that was cancelled')
    }
  },
}
