export { p24 } from './p24.ts'
