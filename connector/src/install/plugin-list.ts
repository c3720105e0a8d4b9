import { oldPluginName, pluginName } from '../lms/index.ts'

/**
 * `phpui.plugins` with our plugin on and the old one off: in the old one's place and priority, where it stands.
 * Everything else, separators too, stays as it is written.
 */
export function withOurs(value: string): string {
  const parts = value.split(/([\s,;]+)/)
  const nameOf = (part: string) => part.split(':', 1)[0]
  const ours = parts.some((part) => nameOf(part) === pluginName)
  const old = parts.findIndex((part) => nameOf(part) === oldPluginName)
  if (old >= 0 && !ours) {
    const priority = parts[old]?.slice(oldPluginName.length) ?? ''
    return without(parts.with(old, `${pluginName}${priority}`), oldPluginName)
  }
  const cleaned = without(parts, oldPluginName)
  if (ours) return cleaned
  const separator = parts.find((part) => /^[\s,;]+$/.test(part)) ?? ' '
  return cleaned.trim() === '' ? pluginName : `${cleaned}${separator}${pluginName}`
}

/** Ours off, and the old one on again where it was on before. */
export function withoutOurs(value: string, oldWasOn: boolean): string {
  const parts = value.split(/([\s,;]+)/)
  const at = parts.findIndex((part) => part.split(':', 1)[0] === pluginName)
  if (at < 0) return value
  if (!oldWasOn) return without(parts, pluginName)
  return parts.with(at, `${oldPluginName}${parts[at]?.slice(pluginName.length) ?? ''}`).join('')
}

/** A name goes with the separator before it, or behind it where it stands first. */
function without(parts: readonly string[], name: string): string {
  const kept = [...parts]
  for (;;) {
    const at = kept.findIndex((part) => part.split(':', 1)[0] === name)
    if (at < 0) return kept.join('')
    kept.splice(at === 0 ? 0 : at - 1, 2)
  }
}
