export { linkUrl, type PaymentLink, type Resolution, validateToken } from './payment-link.ts'
export {
  activeLinkOfPair,
  activeLinksOfPayer,
  findLinkByToken,
  findOwnLink,
  lockLinks,
  markAttempted,
  payLink,
} from './queries/links.ts'
export { paymentLinkRoutes } from './routes.ts'
