export { type TransferDetails, transferDetails } from './details.ts'
export { transfer } from './transfer.ts'
