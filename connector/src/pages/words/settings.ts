/** What each setting is for. Keys end in the name of the variable. */
const pl = {
  'label.api_url': 'Adres API',
  'help.api_url': 'Adres, pod którym działa Bill Gateway, np. https://pay.example.pl.',
  'label.api_key': 'Klucz API',
  'help.api_key': 'Nazwa użytkownika przy łączeniu się z API. Otrzymujesz go od operatora Bill Gateway.',
  'label.api_secret': 'API secret',
  'help.api_secret':
    'Hasło przy łączeniu się z API. Najłatwiej pobrać je PIN-em w części „API secret z PIN-u” na dole strony.',
  'label.isp_id': 'Identyfikator dostawcy',
  'help.isp_id': 'Kod Twojej firmy w Bill Gateway.',
  'label.payment_expiration': 'Wygasanie wpłat tymczasowych',
  'help.payment_expiration':
    'Po ilu dniach od zaksięgowania wpłata tymczasowa znika. Wpisz never, gdy rozlicza je wyciąg bankowy.',
  'label.cashimport_enabled': 'Rozliczaj z wyciągu bankowego',
  'help.cashimport_enabled':
    'Gdy LMS zaksięguje przelew z numerem „ref …” w tytule, wpłata tymczasowa zostaje rozliczona.',
  'label.bankaccount': 'Wspólny rachunek bankowy',
  'help.bankaccount':
    'Jeden rachunek dla wszystkich linków. Puste: indywidualne rachunki klientów. Przykład: 61109010140000071219812874.',
  'label.manage_cutoff': 'Zdejmuj blokadę po wpłacie',
  'help.manage_cutoff':
    'Włącz, gdy LMS blokuje usługi niepłacącym. Blokada znika, gdy zaległość wraca nad próg blokowania.',
  'label.blocking': 'Co blokuje usługi',
  'help.blocking': 'Wykrywane samo; wskaż ręcznie tylko wtedy, gdy strona Stan pokazuje inne niż używane.',
  'choice.blocking.auto': 'wykryj (auto)',
  'choice.blocking.cutoff': 'lms-cutoff',
  'choice.blocking.lmsd': 'lmsd',
  'choice.blocking.notify': 'lms-notify (block/unblock)',
  'choice.blocking.none': 'nic',
  'label.blocking_limit': 'Próg blokowania',
  'help.blocking_limit': 'Saldo, poniżej którego usługi są blokowane. Puste: taki, jak w zadaniu blokującym.',
  'label.blocking_days': 'Dni zwłoki',
  'help.blocking_days':
    'O ile dni po terminie zaległość zaczyna się liczyć. Puste: jak w zadaniu blokującym.',
  'label.blocking_actions': 'Działania lms-notify',
  'help.blocking_actions':
    'Tylko dla lms-notify: co blokada wyłącza. Puste: node-access, customer-status, assignment-invoice.',
  'label.append_customer_info': 'Dołączaj dane klienta',
  'help.append_customer_info':
    'Imię, nazwisko i e-mail trafiają do Bill Gateway przy tworzeniu linku; dzięki temu powstaje też krótki link do SMS-ów.',
  'label.links_interval': 'Odświeżanie linków',
  'help.links_interval':
    'Co ile minut konektor porównuje saldo z linkami. Po każdej wpłacie robi to od razu.',
  'label.balance_button_disabled': 'Ukryj przycisk przy saldzie',
  'help.balance_button_disabled': 'W panelu klienta nie będzie przycisku „Opłać teraz” przy saldzie.',
  'label.row_buttons_disabled': 'Ukryj przyciski przy fakturach',
  'help.row_buttons_disabled': 'W panelu klienta nie będzie przycisków „Opłać teraz” przy dokumentach.',
  'label.branding_enabled': 'Pokazuj znak BillTech',
  'help.branding_enabled': 'Obok przycisków w panelu klienta pojawi się znak BillTech.',
  'label.log_retention_days': 'Przechowywanie dziennika',
  'help.log_retention_days': 'Ile dni trzymać wpisy tabeli billtech_log i pliki dziennika.',
  'label.allow_test': 'Przyjmuj płatności testowe',
  'help.allow_test':
    'Wyłącznie na czas prób: płatności testowe, za którymi nie stoją pieniądze, trafią do sald klientów.',
  'unit.days': 'dni',
  'unit.minutes': 'min',
} as const

export type SettingWordKey = keyof typeof pl
type Words = Record<SettingWordKey, string>

const en: Words = {
  'label.api_url': 'API address',
  'help.api_url': 'Where Bill Gateway is reached, such as https://pay.example.pl.',
  'label.api_key': 'API key',
  'help.api_key': 'The user name on calls of the API. The operator of Bill Gateway gives it to you.',
  'label.api_secret': 'API secret',
  'help.api_secret':
    'The password on calls of the API. It is easiest to fetch it with a PIN, in “API secret from a PIN” at the end of this page.',
  'label.isp_id': 'Provider id',
  'help.isp_id': 'Your company’s code in Bill Gateway.',
  'label.payment_expiration': 'Expiry of temporary payments',
  'help.payment_expiration':
    'How many days after booking a temporary payment goes. Write never where the bank statement settles them.',
  'label.cashimport_enabled': 'Settle from the bank statement',
  'help.cashimport_enabled':
    'When LMS books a transfer with “ref …” in its title, the temporary payment is settled.',
  'label.bankaccount': 'Common bank account',
  'help.bankaccount':
    'One account for all links. Empty: the customers’ own accounts. Example: 61109010140000071219812874.',
  'label.manage_cutoff': 'Lift the block after a payment',
  'help.manage_cutoff':
    'Switch it on where LMS blocks customers who do not pay. The block goes when the debt is back above the limit.',
  'label.blocking': 'What blocks services',
  'help.blocking': 'Found by itself; choose only where the page State shows another one than you use.',
  'choice.blocking.auto': 'find out (auto)',
  'choice.blocking.cutoff': 'lms-cutoff',
  'choice.blocking.lmsd': 'lmsd',
  'choice.blocking.notify': 'lms-notify (block/unblock)',
  'choice.blocking.none': 'nothing',
  'label.blocking_limit': 'Limit for blocking',
  'help.blocking_limit': 'Services are blocked below this balance. Empty: the blocking job’s own limit.',
  'label.blocking_days': 'Days of grace',
  'help.blocking_days': 'From how many days after its due date a debt counts. Empty: as in the blocking job.',
  'label.blocking_actions': 'Actions of lms-notify',
  'help.blocking_actions':
    'For lms-notify only: what a block switches off. Empty: node-access, customer-status, assignment-invoice.',
  'label.append_customer_info': 'Send customers’ data',
  'help.append_customer_info':
    'Name and e-mail go to Bill Gateway when a link is made; only so is there a short link for text messages.',
  'label.links_interval': 'Refreshing links',
  'help.links_interval':
    'Every how many minutes the connector compares balances with links. After a payment it does so at once.',
  'label.balance_button_disabled': 'Hide the button at the balance',
  'help.balance_button_disabled': 'The customer panel shows no button “Opłać teraz” at the balance.',
  'label.row_buttons_disabled': 'Hide the buttons at invoices',
  'help.row_buttons_disabled': 'The customer panel shows no buttons “Opłać teraz” at documents.',
  'label.branding_enabled': 'Show the BillTech mark',
  'help.branding_enabled': 'The BillTech mark stands beside the buttons in the customer panel.',
  'label.log_retention_days': 'Keeping the log',
  'help.log_retention_days': 'For how many days rows of billtech_log and log files are kept.',
  'label.allow_test': 'Accept test payments',
  'help.allow_test':
    'For trials only: test payments, behind which there is no money, reach the customers’ balances.',
  'unit.days': 'days',
  'unit.minutes': 'min',
}

export const settingWords: { pl: Words; en: Words } = { pl, en }
