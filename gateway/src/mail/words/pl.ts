/** Every word of the mails in Polish; the other languages have the same keys. `{who}` stands in no other case. */
export const pl = {
  test: 'Wiadomość testowa. Żadne pieniądze nie są pobierane ani zwracane.',
  'footer.auto': 'Wiadomość wysłana automatycznie. Nadawca: {who}.',
  'footer.phone': 'Telefon: {phone}',
  'footer.mail': 'E-mail: {address}',
  'footer.help': 'Pomoc: {url}',
  'footer.unsubscribe': 'Nie chcesz takich powiadomień? Zrezygnuj z nich w nagłówku tej wiadomości.',

  'row.amount': 'Kwota',
  'row.reference': 'Numer referencyjny',
  'row.paidAt': 'Data płatności',
  'row.at': 'Data zwrotu',
  'row.channel': 'Sposób płatności',
  'row.bills': 'Za co',
  'channel.blik': 'BLIK',
  'channel.bank': 'szybki przelew',
  'channel.card': 'karta',
  'channel.transfer': 'przelew',

  'receipt.subject': 'Potwierdzenie płatności {amount} – {who}',
  'receipt.title': 'Płatność przyjęta',
  'receipt.lead': 'Dziękujemy. Wpłata {amount} została zaksięgowana.',
  'receipt.unallocated':
    'Kwoty {amount} nie przypisano do żadnej faktury. Odbiorca ją widzi i może ją zwrócić albo zaliczyć na poczet kolejnych.',
  'receipt.keep': 'Zachowaj tę wiadomość jako potwierdzenie. Nie jest fakturą.',

  'refund.subject': 'Zwrot {amount} – {who}',
  'refund.title': 'Zwracamy pieniądze',
  'refund.lead': 'Zwrot {amount} z płatności {reference} został zlecony.',
  'refund.when': 'Pieniądze wracają tą drogą, którą przyszła płatność. Może to potrwać kilka dni roboczych.',

  'refund.byProvider': 'Pieniądze zwraca bezpośrednio odbiorca płatności.',

  'row.endpoint': 'Adres',
  'row.endpointId': 'Identyfikator',
  'row.problem': 'Ostatnia odpowiedź',
  'row.since': 'Nie działa od',
  'row.until': 'Próby trwają do',
  'row.ended': 'Próby zakończono',
  'webhook-failing.subject': 'Webhook nie odpowiada – {who}',
  'webhook-failing.title': 'Webhook nie przyjmuje zdarzeń',
  'webhook-failing.lead':
    'Dostarczenie zdarzenia pod poniższy adres nie powiodło się. Próbujemy dalej, coraz rzadziej, do podanego terminu. Zdarzenia czekają i nic nie ginie.',
  'webhook-parked.subject': 'Webhook wstrzymany – {who}',
  'webhook-parked.title': 'Zdarzenia webhooka odłożone',
  'webhook-parked.lead':
    'Od trzech dni nie udało się dostarczyć zdarzenia pod poniższy adres. Zostało odłożone i samo już nie wyruszy. Po usunięciu przyczyny powtórz je przez API: POST /pay/v1/webhooks/{endpoint}/replay.',
  'webhook-off.subject': 'Webhook wyłączony – {who}',
  'webhook-off.title': 'Webhook został wyłączony',
  'webhook-off.lead':
    'Odbiorca odpowiedział, że pod poniższym adresem nikt nie chce już zdarzeń (410). Adres jest wyłączony. Włącz go przez API, jeśli to pomyłka.',

  'test.subject': 'Wiadomość próbna – {who}',
  'test.title': 'Poczta działa',
  'test.lead': 'Jeśli czytasz tę wiadomość, bramka umie wysyłać pocztę.',

  'unsubscribe.title': 'Rezygnacja z powiadomień',
  'unsubscribe.lead':
    '{who}: nie będziemy już wysyłać powiadomień na Twój adres. Potwierdzenia płatności pozostają.',
  'unsubscribe.button': 'Rezygnuję z powiadomień',
  'unsubscribe.done': 'Zapisane. Nie wyślemy więcej powiadomień na ten adres.',
} as const

export type WordKey = keyof typeof pl
export type Words = Record<WordKey, string>
