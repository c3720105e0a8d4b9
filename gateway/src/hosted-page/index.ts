export { renderHtmlError } from './html-errors.ts'
export { hostedPageRoutes } from './routes.ts'
