/**
 * The pages as LMS knows them: `?m=<module>`. The plugin registers one module file a page, and each page answers
 * only to its own module.
 */
export const pageModules = {
  payments: 'billtechpayments',
  config: 'billtechconfig',
  state: 'billtechstate',
} as const

export type PageName = keyof typeof pageModules

/**
 * Permissions that the plugin registers with LMS. An operator with LMS's own `full_access` may do all of it.
 * `payments` shows payments and their CSV, `settle` marks them as settled and back, `config` shows and changes
 * settings and fetches a secret, `state` shows the passes, what was refused and what doctor finds.
 */
export const pageRights = {
  payments: 'billtech_payments',
  settle: 'billtech_settle',
  config: 'billtech_config',
  state: 'billtech_state',
} as const

export type PageRight = keyof typeof pageRights

/** LMS's permission that stands for all others. */
export const fullAccess = 'full_access'

export interface Operator {
  /** `users.id` of LMS. */
  id: number
  name: string
  /** Names of LMS permissions that the operator has; others than ours and {@link fullAccess} are passed over. */
  rights: readonly string[]
}

/** What `?m=` was asked for, as PHP saw it. Values are not trusted; a repeated field (`ids[]`) comes as a list. */
export interface PageRequest {
  module: string
  method: string
  query: Readonly<Record<string, FormValue>>
  /** Empty unless the method is POST. */
  form: Readonly<Record<string, FormValue>>
  operator: Operator
  /** What tells this session of LMS from others: a hash, never the session's own id. 16 to 200 characters. */
  session: string
  /** The operator's language in LMS, such as `pl_PL`. Polish where missing or unknown. */
  language?: string
}

export type FormValue = string | readonly string[]

export type PageAnswer = HtmlAnswer | DownloadAnswer | RedirectAnswer

/** `html` is a fragment for the place where LMS puts a module's content; it brings its own scoped style. */
export interface HtmlAnswer {
  /** 200, 400 (something to mend in the form), 403 (no right, or a stale form), 404, 500 */
  status: number
  /** Plain text: whoever prints it escapes it. */
  title: string
  html: string
}

/** Sent as an attachment, not cached. */
export interface DownloadAnswer {
  download: { name: string; type: string; content: string }
}

/** `?m=…`, relative to LMS's own address; answered with 303. */
export interface RedirectAnswer {
  redirect: string
}

/** The field's text; of a list the last one, as PHP does it. Missing: empty. */
export function textOf(value: FormValue | undefined): string {
  return typeof value === 'object' ? (value.at(-1) ?? '') : (value ?? '')
}

/** Every value of a field that may be repeated. */
export function listOf(value: FormValue | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value
}

/** Whether the operator's rights hold the page's right. */
export function mayDo(operator: Operator, right: PageRight): boolean {
  return operator.rights.includes(pageRights[right]) || operator.rights.includes(fullAccess)
}
