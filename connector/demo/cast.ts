import type { Entries } from '../testing/entries/index.ts'

const day = 86_400

/** Who the visitor meets first: a customer, and what the case shows. */
export interface Person {
  id: number
  story: string
}

interface Story {
  lastname: string
  name: string
  story: string
  invoices: { lines: string[]; daysAgo: number; for: string }[]
  paid?: string
  blocked?: boolean
}

const stories: readonly Story[] = [
  {
    lastname: 'Kowalski',
    name: 'Jan',
    story: 'one invoice, not due yet',
    invoices: [{ lines: ['69.00'], daysAgo: 4, for: 'Internet 600 Mb/s' }],
  },
  {
    lastname: 'Śliwińska',
    name: 'Żaneta',
    story: 'three invoices, cut off for the overdue ones',
    invoices: [
      { lines: ['79.00'], daysAgo: 70, for: 'Internet 300 Mb/s' },
      { lines: ['79.00'], daysAgo: 40, for: 'Internet 300 Mb/s' },
      { lines: ['79.00', '10.99'], daysAgo: 9, for: 'Internet 300 Mb/s, telefon' },
    ],
    blocked: true,
  },
  {
    lastname: "O'Hara",
    name: 'Łukasz',
    story: 'has paid a part of the invoice',
    invoices: [{ lines: ['59.90'], daysAgo: 20, for: 'Telewizja' }],
    paid: '20.00',
  },
  {
    lastname: 'Studio Filmowe Klatka sp. z o.o.',
    name: '',
    story: 'a company, an invoice of three lines',
    invoices: [{ lines: ['199.00', '49.20', '14.76'], daysAgo: 6, for: 'Łącze dla firm' }],
  },
]

/** Adds a few customers with stories beside the many that the generator has made. @returns their ids */
export async function addCast(lms: Entries): Promise<number[]> {
  const ids: number[] = []
  for (const story of stories) ids.push(await addPerson(lms, story))
  return ids
}

export function castOf(ids: readonly number[]): Person[] {
  return stories.flatMap(({ story }, index) => {
    const id = ids[index]
    return id === undefined ? [] : [{ id, story }]
  })
}

async function addPerson(lms: Entries, { lastname, name, invoices, paid, blocked }: Story): Promise<number> {
  const now = await lms.now()
  const plain = lastname
    .split(' ')[0]
    ?.normalize('NFD')
    .replace(/[^a-z]/gi, '')
    .toLowerCase()
  const id = await lms.addCustomer({ lastname, name, email: `${plain}@example.com` })
  for (const { lines, daysAgo, for: description } of invoices) {
    const cdate = now - daysAgo * day
    const fullnumber = `${id}${String(daysAgo).padStart(3, '0')}/LMS/${new Date(cdate * 1000).getFullYear()}`
    await lms.addInvoice({ customerId: id, lines, cdate, description, fullnumber })
  }
  if (paid) await lms.addCash({ customerId: id, value: paid, comment: 'Wpłata w kasie' })
  if (blocked) await lms.block(id, 'cutoff')
  return id
}
