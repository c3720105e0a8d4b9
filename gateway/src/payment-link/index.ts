export { linkUrl, type PaymentLink, type Resolution, validateToken } from './payment-link.ts'
export {
  activeLinkOfPair,
  activeLinksOfPayer,
  findLinkByToken,
  findLinks,
  findOwnLink,
  lockLinks,
  markAttempted,
  payLink,
  returnFromLink,
} from './queries/links.ts'
export { paymentLinkRoutes } from './routes.ts'
