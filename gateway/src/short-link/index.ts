export { insertShortLinks, type NewShortLink } from './queries.ts'
export { shortLinkRoutes } from './routes.ts'
export { newShortCode, shortLinkUrl } from './short-link.ts'
