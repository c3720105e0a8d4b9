import type { PaymentLink } from '../../../payment-link/index.ts'
import type { Provider } from '../../../provider/index.ts'
import type { Checkout } from '../../checkout.ts'
import { transferTitle } from '../../transfer-title.ts'
import { epcText } from './epc.ts'
import { zbpText } from './zbp.ts'

/** What a payer puts into a transfer. */
export interface TransferDetails {
  recipient: string
  /** 26 digits; for another currency than PLN the IBAN, which begins with PL. */
  account: string
  /** At most 140 characters; the biller’s statement import finds the payment by it. */
  title: string
  /** Minor units: what is still open; 0 where nothing is. */
  amount: bigint
  currency: string
  /**
   * What a banking app reads: the Polish banks’ own code for PLN, the European one for EUR. Null for other
   * currencies, where nothing is open, and where an app would refuse it.
   */
  qrText: string | null
}

type Payee = Pick<Provider, 'name' | 'taxId'>
type Bill = Pick<PaymentLink, 'id' | 'status' | 'openAmount' | 'nrb' | 'title' | 'userId' | 'recipientName'>

/**
 * The transfer that pays what is still open of a checkout now, not what was open when it was started.
 *
 * @param links at least one: the checkout’s links as they are now, all of one account
 */
export function transferDetails(
  provider: Payee,
  { referenceNumber, currency, links: ofCheckout }: Pick<Checkout, 'referenceNumber' | 'currency' | 'links'>,
  links: readonly Bill[],
): TransferDetails {
  const [first] = links
  if (!first) throw new Error(`no link to pay by transfer ${referenceNumber}`)
  const recipient = first.recipientName ?? provider.name
  const title = transferTitle(referenceNumber, first.userId, ofCheckout.length === 1 ? first.title : '')
  const shortTitle = transferTitle(referenceNumber, first.userId, '')
  const amount = links.reduce((sum, link) => (link.status === 'active' ? sum + link.openAmount : sum), 0n)
  const inZloty = currency === 'PLN'
  const order = { recipient, account: first.nrb, amount }
  return {
    recipient,
    account: inZloty ? first.nrb : `PL${first.nrb}`,
    title,
    amount,
    currency,
    qrText: inZloty
      ? zbpText({ ...order, taxId: provider.taxId, title: shortTitle })
      : currency === 'EUR'
        ? epcText({ ...order, title, shortTitle })
        : null,
  }
}
