/** Counts the seconds that are left, by this device’s clock from the moment when the page came. */
export function countDown(): void {
  const element = document.querySelector<HTMLElement>('[data-left]')
  if (!element) return
  const ends = performance.now() + Number(element.dataset.left) * 1000
  const bar = document.querySelector('progress')
  const show = () => {
    const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000))
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`
    element.textContent =
      left > 0 ? (element.dataset.say?.replace('#', time) ?? '') : (element.dataset.over ?? '')
    if (bar) bar.value = left
    if (left === 0 || !element.isConnected) clearInterval(timer)
  }
  const timer = setInterval(show, 250)
  show()
}
