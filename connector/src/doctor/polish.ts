import type { SettingProblem } from '../lms/index.ts'

type Rule = readonly [pattern: RegExp, says: string, mend: string]

/** What can be wrong with a setting, by the English sentence; the first that fits. `$1` is what it quotes. */
const rules: readonly Rule[] = [
  [/^is missing$/, 'brakuje wartości', 'Wpisz ją w Konfiguracja → BillTech: podał ją operator bramki.'],
  [/no address of a gateway/, 'to nie jest adres bramki', 'Wpisz adres bramki, np. https://gateway.example.'],
  [/begins with http:/, 'zaczyna się od http://, co pokazałoby sekret w sieci', 'Wpisz https://.'],
  [
    /is "(.*)", which is no number of days/,
    '„$1” nie jest liczbą dni: wpłaty tymczasowe nigdy nie wygasną',
    'Wpisz liczbę dni od 1 albo never.',
  ],
  [
    /no valid account number/,
    'to nie jest poprawny numer rachunku (26 cyfr ze zgodną sumą kontrolną): linki nie powstaną',
    'Popraw go albo wyczyść, wtedy użyte będą rachunki klientów.',
  ],
  [/is "(.*)", which is no amount/, '„$1” nie jest kwotą: wartość jest pomijana', 'Wpisz kwotę, np. -20.00.'],
  [
    /is "(.*)"; auto is used/,
    '„$1” nie jest tu znane: użyte jest auto',
    'Wpisz auto, cutoff, lmsd, notify albo none.',
  ],
  [
    /is "(.*)"; (\d+) is used/,
    '„$1” nie pasuje: użyte jest $2',
    'Wpisz liczbę całkowitą z dozwolonego zakresu.',
  ],
  [
    /neither true nor false/,
    'to ani true, ani false: LMS i konektor przyjmują false',
    'Wpisz true albo false.',
  ],
  [
    /stands (\d+) times/,
    'występuje $1 razy z różnymi wartościami, a LMS bierze tę, którą odczyta jako ostatnią',
    'Zapisz ją raz w Konfiguracja → BillTech albo usuń zbędne wiersze.',
  ],
]

/** The same in Polish; in English where a new sentence has no translation yet. */
export function inPolish({ says, mend }: SettingProblem): { says: string; mend: string } {
  for (const [pattern, polish, polishMend] of rules) {
    const match = pattern.exec(says)
    if (match) return { says: polish.replace(/\$(\d)/g, (_, n) => match[Number(n)] ?? ''), mend: polishMend }
  }
  return { says, mend }
}
