import { PaymentLinkItem } from '@bill-gateway/contract'
import { compileSchema } from '../platform/http/validation.ts'

const checkItem = compileSchema(PaymentLinkItem)

/** A title of nothing but spaces is shown so: the plugin sends one where the document has none. */
const titleOfNone = 'Płatność'
const droppedWhereInvalid = ['name', 'surname', 'email'] as const

/**
 * Makes an item of the LMS plugin one that can be stored. The plugin sends up to 100 items in a request and
 * has no use for a refusal: names and addresses that are wrong are dropped, and the provider is told.
 *
 * @param item normalised
 */
export function adaptPluginItem(item: Record<string, unknown>): {
  item: Record<string, unknown>
  dropped: string[]
} {
  const { title = '' } = item
  const titled = isBlank(title) ? { ...item, title: titleOfNone } : { ...item }
  const bad = new Set(checkItem(titled).map((error) => error.pointer))
  const dropped: string[] = droppedWhereInvalid.filter((field) => bad.has(`/${field}`))
  const kept = Object.entries(titled).filter(([field]) => !dropped.includes(field))
  return { item: Object.fromEntries(kept), dropped }
}

function isBlank(title: unknown): boolean {
  return title === null || (typeof title === 'string' && /^\s*$/.test(title))
}
