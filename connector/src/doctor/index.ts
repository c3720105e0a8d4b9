export { examine as findings, unopened } from './examine.ts'
export type { Finding } from './finding.ts'
export { defaultLogDirectory } from './work.ts'
