const pl = {
  'nav.label': 'Strony BillTech',
  'nav.payments': 'Płatności',
  'nav.config': 'Konfiguracja',
  'nav.state': 'Stan',
  'language.other': 'English',
  'error.title': 'Jest problem',
  'denied.title': 'Brak uprawnień',
  'denied.text':
    'Ta strona wymaga uprawnienia „{right}”. Nada je administrator w LMS: Konfiguracja → Użytkownicy.',
  'stale.title': 'Formularz jest nieaktualny',
  'stale.text':
    'Ta strona była otwarta zbyt długo albo w innej sesji, więc nic nie zostało zmienione. Odśwież ją i spróbuj ponownie.',
  'stale.again': 'Otwórz stronę ponownie',
  'unknown.title': 'Nie ma takiej strony',
  'unknown.text': 'Wybierz stronę z menu powyżej.',
  'failed.title': 'Nie udało się pokazać strony',
  'failed.text':
    'Przyczyna jest w dzienniku bill-gateway-lms pod numerem {number}. Nic nie wskazuje, by zmiana została zapisana: sprawdź to po ponownym otwarciu strony.',
  'missing.title': 'Konektor nie jest zainstalowany w tej bazie',
  'missing.text': 'Brakuje tabel billtech_*. Uruchom na serwerze LMS: bill-gateway-lms install',
  cancel: 'Anuluj',
  yes: 'tak',
  no: 'nie',
} as const

export type FrameWordKey = keyof typeof pl
type Words = Record<FrameWordKey, string>

const en: Words = {
  'nav.label': 'BillTech pages',
  'nav.payments': 'Payments',
  'nav.config': 'Configuration',
  'nav.state': 'State',
  'language.other': 'Polski',
  'error.title': 'There is a problem',
  'denied.title': 'No permission',
  'denied.text':
    'This page needs the permission “{right}”. An administrator gives it in LMS: Configuration → Users.',
  'stale.title': 'This form is out of date',
  'stale.text':
    'The page was open for too long or in another session, so nothing was changed. Open it again and repeat what you did.',
  'stale.again': 'Open the page again',
  'unknown.title': 'There is no such page',
  'unknown.text': 'Choose a page from the menu above.',
  'failed.title': 'This page could not be shown',
  'failed.text':
    'The cause is in the log of bill-gateway-lms under the number {number}. Nothing says that your change was saved: check it when the page opens again.',
  'missing.title': 'The connector is not installed in this database',
  'missing.text': 'The tables billtech_* are missing. On the LMS server run: bill-gateway-lms install',
  cancel: 'Cancel',
  yes: 'yes',
  no: 'no',
}

export const frameWords: { pl: Words; en: Words } = { pl, en }
