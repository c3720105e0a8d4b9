import type { Context } from '../sync/links/index.ts'
import type { PageRequest } from './request.ts'
import type { Speech } from './speech.ts'
import type { Frame } from './views/frame.tsx'

/** A request that an operator with the right for the page makes, and all that is needed to answer it. */
export interface Call {
  context: Context
  request: PageRequest
  speech: Speech
  frame: Frame
}
