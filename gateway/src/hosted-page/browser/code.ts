const digitsMax = 6

/** Shows the six digits of a BLIK code as banks do, `777 123`, while they are typed or pasted. */
export function groupCode(): void {
  const field = document.querySelector<HTMLInputElement>('[data-code]')
  if (!field) return
  const group = () => {
    const before = digitsOf(field.value.slice(0, field.selectionStart ?? field.value.length)).length
    const digits = digitsOf(field.value).slice(0, digitsMax)
    field.value = digits.length > 3 ? `${digits.slice(0, 3)} ${digits.slice(3)}` : digits
    const caret = Math.min(before, digitsMax)
    if (document.activeElement === field) field.setSelectionRange(caret + gap(caret), caret + gap(caret))
  }
  field.addEventListener('input', group)
  group()
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, '')
}

function gap(digits: number): number {
  return digits > 3 ? 1 : 0
}
