import type { Pool } from 'pg'
import { commonSetOf, isSuffix, type ParameterSet } from './parameters.ts'
import { findShortLink, findShortLinkWithSet, type ShortLink } from './queries.ts'
import type { ShortAddress } from './short-link.ts'

/**
 * The link of a code and the set of its suffix, by one query. A suffix that stands for nothing counts as none:
 * the bill behind the link is more than its parameters.
 *
 * @returns undefined where there is no such code
 */
export async function resolve(
  pool: Pool,
  { code, suffix }: ShortAddress,
): Promise<(ShortLink & { set: ParameterSet }) | undefined> {
  const common = suffix === undefined ? '' : commonSetOf(suffix)
  if (suffix !== undefined && common === undefined && isSuffix(suffix)) {
    const link = await findShortLinkWithSet(pool, code, suffix)
    return link && { ...link, set: link.set ?? '' }
  }
  const link = await findShortLink(pool, code)
  return link && { ...link, set: common ?? '' }
}
