import { describe, expect, it } from 'vitest'
import { readAll } from '../../../testing/statements/index.ts'

describe('a broken file', () => {
  const right = [
    ':20:1',
    ':25:61109010140000071219812874',
    ':28C:1',
    ':60F:C261120PLN0,00',
    ':61:261120C1,00NTRFNONREF',
    ':86:FV 1',
    ':62F:C261120PLN1,00',
    '-',
    '',
  ].join('\n')

  it.each<[string, string, string]>([
    [
      'is cut off before the closing balance',
      right.slice(0, right.indexOf(':62F:')),
      'Line 1: The statement has no closing',
    ],
    ['ends in the middle of an entry', right.slice(0, right.indexOf('C1,00')), 'Line 5: An entry'],
    [
      'does not add up',
      right.replace('C261120PLN1,00', 'C261120PLN1,01'),
      'Line 7: Opening balance and entries',
    ],
    [
      'closes in another currency',
      right.replace('C261120PLN1,00', 'C261120EUR1,00'),
      'Line 7: The closing balance',
    ],
    ['has a day that is none', right.replace(':61:261120', ':61:260230'), 'Line 5: A date'],
    ['has three decimals', right.replace('C1,00N', 'C1,005N'), 'Line 5: An entry'],
    ['has no account', right.replace(/:25:.*\n/, ''), 'names no account (:25:)'],
    ['has no opening balance', right.replace(/:60F:.*\n/, ''), 'has no opening balance'],
    ['has two texts for an entry', right.replace(':86:FV 1', ':86:FV 1\n:86:FV 2'), 'Line 7: A second :86:'],
    ['has a second opening', right.replace(':61:', ':60F:C261120PLN0,00\n:61:'), 'Line 5: A second opening'],
    ['goes on after its end', `${right}hello`, 'Line 9: Text outside'],
    ['has a field without a statement', `${right}:86:hello`, 'Line 9: A field outside'],
    [
      'begins another before its end',
      right.replace(':62F:', ':20:2\n:62F:'),
      'Line 1: The statement has no closing',
    ],
    ['has a line without end', right.replace('FV 1', 'F'.repeat(40_000)), 'Line 6: Longer than'],
    ['has a field without end', right.replace('FV 1', 'F\n'.repeat(200)), 'more than 100 lines'],
    [
      'has a text beyond every limit',
      right.replace('FV 1', `${'F'.repeat(90)}\n`.repeat(90)),
      'more than 4000',
    ],
    [
      'has an entry after the closing',
      right.replace('\n-\n', '\n:61:261120C1,00NTRFX\n-\n'),
      'Line 8: An entry after',
    ],
  ])('that %s is told by its line', async (_name, file, says) => {
    await expect(readAll(file)).rejects.toThrow(says)
    await expect(readAll(file)).rejects.toMatchObject({ name: 'StatementError' })
  })
})
