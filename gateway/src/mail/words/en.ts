import type { Words } from './pl.ts'

export const en: Words = {
  test: 'Test message. No money is taken or returned.',
  'footer.auto': 'Sent automatically. Sender: {who}.',
  'footer.phone': 'Phone: {phone}',
  'footer.mail': 'E-mail: {address}',
  'footer.help': 'Help: {url}',
  'footer.unsubscribe': 'No wish for notices like this? Unsubscribe in the head of this message.',

  'row.amount': 'Amount',
  'row.reference': 'Reference number',
  'row.paidAt': 'Paid on',
  'row.at': 'Refunded on',
  'row.channel': 'Paid by',
  'row.bills': 'For',
  'channel.blik': 'BLIK',
  'channel.bank': 'bank',
  'channel.card': 'card',
  'channel.transfer': 'transfer',

  'receipt.subject': 'Payment receipt {amount} – {who}',
  'receipt.title': 'Payment received',
  'receipt.lead': 'Thank you. Your payment of {amount} has been recorded.',
  'receipt.unallocated':
    '{amount} could not be put towards any bill. The payee sees it and can return it or count it towards later bills.',
  'receipt.keep': 'Keep this message as proof of payment. It is not an invoice.',

  'refund.subject': 'Refund {amount} – {who}',
  'refund.title': 'Your money is on its way back',
  'refund.lead': 'A refund of {amount} of payment {reference} has been ordered.',
  'refund.when': 'The money goes back the way it came. This may take some working days.',

  'refund.byProvider': 'The payee returns the money directly.',

  'row.endpoint': 'Address',
  'row.endpointId': 'Id',
  'row.problem': 'Last answer',
  'row.since': 'Out of order since',
  'row.until': 'Tried until',
  'row.ended': 'Last tried',
  'webhook-failing.subject': 'Webhook does not answer – {who}',
  'webhook-failing.title': 'A webhook takes no events',
  'webhook-failing.lead':
    'An event could not be delivered to the address below. We go on trying, less and less often, until the time given. Events wait and nothing is lost.',
  'webhook-parked.subject': 'Webhook parked – {who}',
  'webhook-parked.title': 'Events of a webhook are parked',
  'webhook-parked.lead':
    'For three days an event could not be delivered to the address below. It is parked and will not be sent again by itself. Once the cause is gone, replay it by the API: POST /pay/v1/webhooks/{endpoint}/replay.',
  'webhook-off.subject': 'Webhook switched off – {who}',
  'webhook-off.title': 'A webhook was switched off',
  'webhook-off.lead':
    'The receiver answered that nobody wants events at the address below any more (410). The address is switched off. Switch it on by the API if that was a mistake.',

  'test.subject': 'Test message – {who}',
  'test.title': 'Mail works',
  'test.lead': 'If you read this, the gateway can send mail.',

  'unsubscribe.title': 'Unsubscribe',
  'unsubscribe.lead': '{who}: we will send no more notices to your address. Receipts still come.',
  'unsubscribe.button': 'Unsubscribe',
  'unsubscribe.done': 'Noted. No more notices will be sent to this address.',
}
