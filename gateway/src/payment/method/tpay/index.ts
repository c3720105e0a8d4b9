export { tpay } from './tpay.ts'
