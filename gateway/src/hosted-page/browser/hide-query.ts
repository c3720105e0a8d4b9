const personal = ['name', 'surname', 'email']

/** Personal data that a link carried leaves the address bar, and with it the history and screenshots. */
export function hideQuery(): void {
  const url = new URL(location.href)
  if (!personal.some((name) => url.searchParams.has(name))) return
  for (const name of personal) url.searchParams.delete(name)
  history.replaceState(history.state, '', url)
}
