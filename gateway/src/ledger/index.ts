export { type PaymentToPost, postPayment } from './post.ts'
export { paidToLink } from './queries/postings.ts'
export { type Discrepancy, verifyBooks } from './verify-books.ts'
