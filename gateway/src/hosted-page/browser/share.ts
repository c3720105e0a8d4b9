/**
 * On a phone the code is on the very screen that would have to scan it: its picture is handed to the bank’s app,
 * where the browser can share pictures. It is fetched before the press, which alone may share. Elsewhere the
 * link saves the picture, as it does without script.
 */
export function shareOnPress(): void {
  if (!navigator.canShare || !matchMedia('(pointer: coarse)').matches) return
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-share]')) void offer(link)
}

async function offer(link: HTMLAnchorElement): Promise<void> {
  const file = await pictureAt(link.href)
  if (!file || !navigator.canShare({ files: [file] })) return
  link.textContent = link.dataset.share ?? ''
  link.onclick = (event) => {
    event.preventDefault()
    // The payer may think better of it.
    navigator.share({ files: [file] }).catch(() => undefined)
  }
}

async function pictureAt(address: string): Promise<File | undefined> {
  try {
    const answer = await fetch(address)
    if (!answer.ok) return undefined
    return new File([await answer.blob()], 'przelew.png', { type: 'image/png' })
  } catch {
    return undefined
  }
}
