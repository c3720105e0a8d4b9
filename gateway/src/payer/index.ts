export { lockPayer, lockPayers } from './queries.ts'
