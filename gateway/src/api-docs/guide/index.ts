import type { GuideSection } from '../parts.tsx'
import { callSections } from './calls.tsx'
import { hearingSections } from './hearing.tsx'
import { limitSections } from './limits.tsx'
import { linkSections } from './links.tsx'
import { startSections } from './start.tsx'
import { testingSections } from './testing.tsx'

/** In the order of the page. */
export const guide: GuideSection[] = [
  ...startSections,
  ...callSections,
  ...hearingSections,
  ...linkSections,
  ...testingSections,
  ...limitSections,
]
