import type { CsvProfile } from './csv-profile.ts'

const text = { quote: '"' } as const

const pkoLabels = {
  'Rachunek kontrahenta': 'counterpartyAccount',
  'Rachunek nadawcy': 'counterpartyAccount',
  'Rachunek odbiorcy': 'counterpartyAccount',
  'Nazwa i adres kontrahenta': 'counterpartyName',
  'Nazwa nadawcy': 'counterpartyName',
  'Nazwa odbiorcy': 'counterpartyName',
  Tytuł: 'title',
  'Identyfikator transakcji': 'bankReference',
} as const

/** What iPKO exports, with all details in one cell. It does not name the account. */
const pko: CsvProfile = {
  ...text,
  name: 'pko',
  title: 'PKO BP (iPKO), opis w jednej kolumnie',
  delimiter: ',',
  skipLines: 1,
  dateFormat: 'yyyy-mm-dd',
  decimalMark: '.',
  columns: { bookedOn: 1, valueOn: 2, transactionCode: 4, amount: 5, currency: 6 },
  details: { columns: 3, separator: '|', labels: pkoLabels },
}

/** The same with a cell for each detail, after all other columns. */
const pkoCells: CsvProfile = {
  ...pko,
  name: 'pko-cells',
  title: 'PKO BP (iPKO), opis w kilku kolumnach',
  columns: { bookedOn: 1, valueOn: 2, transactionCode: 3, amount: 4, currency: 5 },
  details: { columns: [7, 8, 9, 10, 11, 12], separator: '', labels: pkoLabels },
}

/** Credits of virtual accounts, as cm.pekao.com.pl gives them out: the client's number stands in a cell. */
const pekaoMass: CsvProfile = {
  name: 'pekao-mass',
  title: 'Bank Pekao, płatności masowe',
  delimiter: ',',
  quote: '',
  skipLines: 0,
  dateFormat: 'yyyymmdd',
  decimalMark: '.',
  amountUnit: 'minor',
  creditsOnly: true,
  columns: {
    counterpartyAccount: 3,
    amount: 4,
    bookedOn: 5,
    counterpartyName: 7,
    targetAccount: 13,
    title: [15, 16, 17, 18],
  },
  rows: [
    { column: 1, oneOf: ['02'] },
    { column: 2, oneOf: ['1', '3'] },
  ],
}

const santanderMass: CsvProfile = {
  name: 'santander-mass',
  title: 'Santander (BZ WBK), płatności masowe',
  delimiter: '|',
  quote: '',
  skipLines: 1,
  dateFormat: 'ddmmyyyy',
  decimalMark: '.',
  creditsOnly: true,
  columns: {
    bookedOn: 2,
    amount: 3,
    counterpartyName: 4,
    counterpartyAccount: 5,
    targetAccount: 6,
    title: 7,
  },
  rows: [{ column: 1, isNumber: true }],
}

/** The same columns without a header line. */
const santanderMassBare: CsvProfile = {
  ...santanderMass,
  name: 'santander-mass-bare',
  title: 'Santander (BZ WBK), płatności masowe bez nagłówka',
  skipLines: 0,
}

const mbank: CsvProfile = {
  ...text,
  name: 'mbank',
  title: 'mBank',
  delimiter: ';',
  header: ['Data operacji', 'Kwota'],
  dateFormat: 'yyyy-mm-dd',
  decimalMark: ',',
  columns: {
    bookedOn: 'Data księgowania',
    valueOn: 'Data operacji',
    transactionCode: 'Opis operacji',
    title: 'Tytuł',
    counterpartyName: 'Nadawca/Odbiorca',
    counterpartyAccount: 'Numer konta',
    amount: 'Kwota',
  },
}

const ing: CsvProfile = {
  ...text,
  name: 'ing',
  title: 'ING Bank Śląski',
  delimiter: ';',
  header: ['Data transakcji', 'Data księgowania', 'Tytuł'],
  dateFormat: 'yyyy-mm-dd',
  decimalMark: ',',
  columns: {
    bookedOn: 'Data księgowania',
    valueOn: 'Data transakcji',
    counterpartyName: 'Dane kontrahenta',
    title: 'Tytuł',
    counterpartyAccount: 'Nr rachunku',
    transactionCode: 'Szczegóły',
    bankReference: 'Nr transakcji',
    amount: 'Kwota transakcji (waluta rachunku)',
    currency: 'Waluta',
  },
}

const millennium: CsvProfile = {
  ...text,
  name: 'millennium',
  title: 'Bank Millennium',
  delimiter: ';',
  header: ['Data transakcji', 'Obciążenia', 'Uznania'],
  dateFormat: 'yyyy-mm-dd',
  decimalMark: ',',
  columns: {
    account: 1,
    valueOn: 'Data transakcji',
    bookedOn: 'Data rozliczenia',
    transactionCode: 'Rodzaj transakcji',
    counterpartyAccount: 'Na konto/Z konta',
    counterpartyName: 'Odbiorca/Zleceniodawca',
    title: 'Opis',
    debit: 'Obciążenia',
    credit: 'Uznania',
    currency: 'Waluta',
  },
}

/** Files of the banks that are known. Others are told by a profile of one's own. */
export const csvProfiles: readonly CsvProfile[] = [
  pko,
  pkoCells,
  pekaoMass,
  santanderMass,
  santanderMassBare,
  mbank,
  ing,
  millennium,
]
