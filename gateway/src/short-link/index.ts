export { insertShortLinks, type NewShortLink } from './queries.ts'
export { shortLinkRoutes } from './routes.ts'
export { shortCodeMaker, shortLinkUrl } from './short-link.ts'
