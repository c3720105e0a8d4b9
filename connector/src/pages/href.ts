import { type PageName, pageModules } from './request.ts'

/** `?m=…` with the parameters that are not empty. */
export function hrefOf(
  page: PageName,
  parameters: Readonly<Record<string, string | undefined>> = {},
): string {
  const query = new URLSearchParams({ m: pageModules[page] })
  for (const [name, value] of Object.entries(parameters)) if (value) query.set(name, value)
  return `?${query}`
}

/** LMS's own card of a customer. */
export function customerHref(id: number): string {
  return `?m=customerinfo&id=${id}`
}
