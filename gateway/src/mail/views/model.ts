import type { Provider } from '../../provider/index.ts'
import { isNotice, type MailData, type Template } from '../mail.ts'
import type { Speech } from '../speech.ts'

/** What a mail shows, ready to be drawn. */
export interface MailModel {
  subject: string
  title: string
  paragraphs: string[]
  /** Name and value. */
  rows: [string, string][]
  /** Under the rows. */
  remarks: string[]
  footer: string[]
}

type Part = Pick<MailModel, 'rows'> &
  Partial<Pick<MailModel, 'remarks'>> & { values?: Record<string, string>; lines?: string[] }

/** Each template's own part: what stands in the rows, and the values of its sentences. */
const parts: { [Name in Template]: (speech: Speech, data: MailData[Name]) => Part } = {
  receipt({ say, money, moment }, data) {
    const amount = money(data.amount, data.currency)
    const bills = data.bills.map((bill): [string, string] => [bill.title, money(bill.amount, data.currency)])
    const rest = money(data.unallocated, data.currency)
    return {
      values: { amount },
      rows: [
        [say('row.amount'), amount],
        [say('row.reference'), data.referenceNumber],
        [say('row.paidAt'), moment(data.paidAt)],
        [say('row.channel'), say(`channel.${data.channel}`)],
        ...bills,
      ],
      remarks: [
        ...(data.unallocated === '0' ? [] : [say('receipt.unallocated', { amount: rest })]),
        say('receipt.keep'),
      ],
    }
  },
  refund({ say, money, moment }, data) {
    const amount = money(data.amount, data.currency)
    return {
      values: { amount, reference: data.referenceNumber },
      rows: [
        [say('row.amount'), amount],
        [say('row.reference'), data.referenceNumber],
        [say('row.at'), moment(data.at)],
      ],
      remarks: [say(data.byProvider ? 'refund.byProvider' : 'refund.when')],
    }
  },
  'webhook-failing': (speech, data) => webhookPart(speech, data, 'row.until'),
  'webhook-parked': (speech, data) => webhookPart(speech, data, 'row.ended'),
  'webhook-off': (speech, data) => webhookPart(speech, data, 'row.ended'),
  test: () => ({ rows: [] }),
}

function webhookPart(
  { say, moment }: Speech,
  data: MailData['webhook-failing'],
  until: 'row.until' | 'row.ended',
): Part {
  return {
    values: { endpoint: data.endpointId },
    rows: [
      [say('row.endpoint'), data.endpointUrl],
      [say('row.endpointId'), data.endpointId],
      [say('row.problem'), data.problem],
      [say('row.since'), moment(data.since)],
      [say(until), moment(data.until)],
    ],
  }
}

export function mailModel<Name extends Template>(
  speech: Speech,
  provider: Provider,
  template: Name,
  data: MailData[Name],
): MailModel {
  const { say } = speech
  const { rows, remarks = [], values = {} } = parts[template](speech, data)
  const known = { who: provider.name, ...values }
  return {
    subject: `${provider.test ? '[TEST] ' : ''}${say(`${template}.subject`, known)}`,
    title: say(`${template}.title`),
    paragraphs: [...(provider.test ? [say('test')] : []), say(`${template}.lead`, known)],
    rows,
    remarks,
    footer: footerOf(speech, provider, template),
  }
}

function footerOf({ say }: Speech, provider: Provider, template: Template): string[] {
  const { name, address, phone, contactEmail, helpUrl } = provider
  return [
    say('footer.auto', { who: name }),
    ...(address ? [address] : []),
    ...(phone ? [say('footer.phone', { phone })] : []),
    ...(contactEmail ? [say('footer.mail', { address: contactEmail })] : []),
    ...(helpUrl ? [say('footer.help', { url: helpUrl })] : []),
    ...(isNotice(template) ? [say('footer.unsubscribe')] : []),
  ]
}
