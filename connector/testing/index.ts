export type { AddedInvoice, NewCash, NewCustomer, NewInvoice, NewStatement } from './entries/index.ts'
export { lmsSchema, runScripts } from './servers.ts'
export { engines, startLmsWorld, type World, type WorldOptions } from './world.ts'
