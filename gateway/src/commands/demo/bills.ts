import { warsawDate } from '../../platform/warsaw-time.ts'

const dayMs = 86_400_000
const account = '28616102383202382844889825'

export interface DemoPayer {
  /** What the list of links calls the case. */
  shows: string
  /** The address that is printed asks for the whole balance, not for one bill. */
  balance?: boolean
  bills: DemoBill[]
}

/** An item of `POST /pay/v1/payments`. */
export interface DemoBill {
  userId: string
  operationId: string
  amount: number
  nrb: string
  title: string
  paymentDue: string
  name: string
  surname: string
  email: string
}

type Person = Pick<DemoBill, 'userId' | 'name' | 'surname' | 'email'>

const jan = person('user-1001', 'Jan', 'Kowalski')
const zaneta = person('user-1002', 'Żaneta', 'Śliwińska')
const lukasz = person('user-1003', 'Łukasz', 'Wójcik')
const malgorzata = person('user-1004', 'Małgorzata', 'Dąbrowska-Źrebiec')

/** What the demo provider's customers owe on the day when the demo is first started. */
export function demoPayers(now: Date): DemoPayer[] {
  const bill = (
    of: Person,
    operationId: number,
    amount: number,
    title: string,
    dueInDays: number,
  ): DemoBill => ({
    ...of,
    operationId: String(operationId),
    amount,
    nrb: account,
    title: title.replace('{year}', warsawDate(now).slice(0, 4)),
    paymentDue: warsawDate(new Date(now.getTime() + dueInDays * dayMs)),
  })
  return [
    { shows: 'one bill', bills: [bill(jan, 13912, 123.45, 'FV 118/{year} Internet 600 Mb/s', 10)] },
    {
      shows: 'three bills, two overdue',
      bills: [
        bill(zaneta, 13871, 79, 'FV 87/{year} Internet 300 Mb/s', -38),
        bill(zaneta, 13893, 79, 'FV 104/{year} Internet 300 Mb/s', -8),
        bill(zaneta, 13920, 89.99, 'FV 121/{year} Internet 300 Mb/s, telefon', 12),
      ],
    },
    { shows: 'due today', bills: [bill(lukasz, 13915, 59.9, 'FV 120/{year} Telewizja', 0)] },
    {
      shows: 'the whole balance',
      balance: true,
      bills: [
        bill(malgorzata, 13902, 214.37, 'FV 112/{year} Łącze dla firm', 4),
        bill(malgorzata, 13930, 49.2, 'NOTA 7/{year} Dzierżawa urządzeń', 14),
      ],
    },
  ]
}

function person(userId: string, name: string, surname: string): Person {
  return { userId, name, surname, email: `${userId}@example.com` }
}
