import type { Language } from '../language.ts'
import { moneyText } from '../money-text.ts'

/** The amount and the button follow the check boxes. */
export function watchBills(): void {
  const form = document.querySelector<HTMLFormElement>('[data-choice]')
  const pay = document.querySelector<HTMLFormElement>('[data-pay]')
  if (!form) return
  openWhereWide(form)
  // Without a form to pay, what is shown depends on the bills in more than its amount: the server draws it.
  if (!pay) return
  const boxes = [...form.querySelectorAll<HTMLInputElement>('input[type=checkbox]')]
  for (const element of form.querySelectorAll<HTMLElement>('[data-recount]')) element.hidden = true
  const add = document.querySelector<HTMLElement>('[data-add]')
  add?.addEventListener('click', (event) => {
    event.preventDefault()
    for (const box of boxes) box.checked = !box.disabled
    show(form, pay, boxes)
    document.querySelector<HTMLElement>('.what summary')?.focus()
  })
  form.addEventListener('change', () => show(form, pay, boxes))
  // A browser that goes back restores the boxes as they were left.
  addEventListener('pageshow', () => show(form, pay, boxes))
}

function show(form: HTMLFormElement, pay: HTMLFormElement, boxes: HTMLInputElement[]): void {
  const chosen = boxes.filter((box) => box.checked)
  const minorUnits = chosen.reduce((sum, box) => sum + Number(box.dataset.amount), 0)
  const total = document.querySelector<HTMLElement>('[data-total]')
  if (!total) return
  const amount = moneyText(document.documentElement.lang as Language, minorUnits, total.dataset.total ?? '')
  setText(total, amount)
  for (const button of pay.querySelectorAll<HTMLElement>('[data-say]'))
    setText(button, button.dataset.say?.replace('#', amount) ?? amount)
  setValue(pay, 'bills', chosen.map((box) => box.value).join(' '))
  setValue(pay, 'amount', String(minorUnits))
  showCount(form, boxes, chosen)
  showDue(chosen)
  const add = document.querySelector<HTMLElement>('.more')
  if (add) add.hidden = chosen.length > 0 && boxes.every((box) => box.checked || box.disabled)
}

function showCount(form: HTMLFormElement, boxes: HTMLInputElement[], chosen: HTMLInputElement[]): void {
  const count = form.parentElement?.querySelector<HTMLElement>('[data-chosen]')
  if (!count) return
  const [only] = chosen
  const some = count.dataset.chosen?.replace('#', String(chosen.length)) ?? ''
  const title = only?.parentElement?.querySelector('span')?.firstChild?.textContent ?? ''
  setText(
    count,
    chosen.length === boxes.length ? (count.dataset.all ?? '') : chosen.length === 1 ? title : some,
  )
}

/** The most urgent of the chosen bills gives the date: bills stand in the order of their dates. */
function showDue(chosen: HTMLInputElement[]): void {
  const due = document.querySelector<HTMLElement>('[data-due]')
  const text = chosen[0]?.parentElement?.querySelector('small')
  if (!due) return
  due.hidden = !text
  if (!text) return
  setText(due, text.textContent ?? '')
  due.className = `due ${text.className}`
}

function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

function setValue(form: HTMLFormElement, name: string, value: string): void {
  const field = form.elements.namedItem(name)
  if (field instanceof HTMLInputElement) field.value = value
}

/** Folded on a phone, open on a desktop. */
function openWhereWide(form: HTMLFormElement): void {
  const details = form.closest('details')
  if (details && matchMedia('(min-width: 860px)').matches) details.open = true
}
