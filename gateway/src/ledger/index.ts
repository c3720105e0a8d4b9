export {
  type PaymentToPost,
  postPayment,
  postReturn,
  postSettlement,
  type ReturnToPost,
  type SettlementToPost,
} from './post.ts'
export { paidToLink } from './queries/postings.ts'
export { type Discrepancy, verifyBooks } from './verify-books.ts'
