/** The button says what happens while the answer is awaited, and a second press does nothing. */
export function payOnce(): void {
  const form = document.querySelector<HTMLFormElement>('[data-pay]')
  if (!form) return
  const buttons = [...form.querySelectorAll<HTMLButtonElement>('[data-busy]')]
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) return event.preventDefault()
    form.dataset.sent = 'yes'
    for (const button of buttons) {
      button.dataset.text = button.textContent ?? ''
      button.textContent = button.dataset.busy ?? ''
      button.setAttribute('aria-busy', 'true')
    }
  })
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return
    delete form.dataset.sent
    for (const button of buttons) {
      if (button.dataset.text) button.textContent = button.dataset.text
      button.removeAttribute('aria-busy')
    }
  })
}

export function printOnPress(): void {
  for (const element of document.querySelectorAll<HTMLElement>('[data-print]')) {
    element.hidden = false
    element.onclick = () => print()
  }
}

const copiedForMs = 2_500

export function copyOnPress(): void {
  if (!navigator.clipboard) return
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-copy]')) {
    button.hidden = false
    button.onclick = async () => {
      const text = button.dataset.value ?? button.previousElementSibling?.textContent ?? ''
      await navigator.clipboard.writeText(text.replaceAll('\u00a0', ' '))
      const words = button.textContent
      tell(button.dataset.copy ?? '')
      button.textContent = button.dataset.copy ?? ''
      setTimeout(() => {
        button.textContent = words
      }, copiedForMs)
    }
  }
}

/** Said aloud by a screen reader, wherever its reader is on the page. */
export function tell(text: string): void {
  const live = document.getElementById('live')
  if (live) live.textContent = text
}
