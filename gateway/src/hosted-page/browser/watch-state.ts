import { tell } from './press.ts'

const pollEveryMs = 3_000
/** What a page says of a wait changes with time, too. */
const slowLookEveryMs = 30_000

/**
 * Waits for the state to change and then takes the page’s new main part: the receipt appears without a reload.
 * The server is asked anew each time, so a message that is lost, early or doubled does no harm.
 */
export function watchState(restart: () => void): void {
  const main = document.querySelector('main')
  const address = main?.dataset.events
  if (!main || !address) return
  const source = new EventSource(address)
  const look = async () => {
    if (await takeNewMain(main)) stop()
  }
  const poll = setInterval(() => source.readyState !== EventSource.OPEN && void look(), pollEveryMs)
  const slowly = setInterval(() => main.dataset.state === 'pending' && void look(), slowLookEveryMs)
  const secondsLeft = main.querySelector<HTMLElement>('[data-left]')?.dataset.left
  const timeOver = secondsLeft && setTimeout(() => void look(), (Number(secondsLeft) + 1) * 1000)
  const onShow = () => void (document.visibilityState === 'visible' && look())
  const stop = () => {
    source.close()
    clearInterval(poll)
    clearInterval(slowly)
    if (timeOver) clearTimeout(timeOver)
    document.removeEventListener('visibilitychange', onShow)
    restart()
  }
  source.addEventListener('state', ({ data }) => void (data !== main.dataset.state && look()))
  // A phone that comes back from the bank’s app may have slept through everything.
  document.addEventListener('visibilitychange', onShow)
}

/** @returns whether the page now shows something else */
async function takeNewMain(main: HTMLElement): Promise<boolean> {
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' }, cache: 'no-store' })
    // A page about trouble on the way must not stand in for the state of the payment.
    if (answer.status >= 500 || answer.status === 429) return false
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const next = page.querySelector('main')
    if (
      !next ||
      !main.isConnected ||
      next.querySelector('h1')?.textContent === main.querySelector('h1')?.textContent
    )
      return false
    const hadFocus = main.contains(document.activeElement)
    document.title = page.title
    main.replaceWith(document.adoptNode(next))
    const heading = next.querySelector('h1')
    tell(heading?.textContent ?? '')
    if (hadFocus || document.activeElement === document.body) heading?.focus({ preventScroll: true })
    scrollTo(0, 0)
    return true
  } catch {
    return false
  }
}
