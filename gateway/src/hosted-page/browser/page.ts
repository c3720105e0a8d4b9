import { watchBills } from './bills.ts'
import { groupCode } from './code.ts'
import { countDown } from './count-down.ts'
import { hideQuery } from './hide-query.ts'
import { copyOnPress, payOnce, printOnPress } from './press.ts'
import { shareOnPress } from './share.ts'
import { watchState } from './watch-state.ts'

/**
 * What a page does beyond plain HTML. Every page works without it; nothing here decides anything about money.
 */
function start(): void {
  for (const element of document.querySelectorAll<HTMLElement>('[data-script]')) element.hidden = false
  watchBills()
  groupCode()
  payOnce()
  printOnPress()
  copyOnPress()
  shareOnPress()
  countDown()
  watchState(start)
  document.getElementById('errors')?.focus()
}

hideQuery()
start()
