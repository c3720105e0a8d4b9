export { testModeRoutes } from './routes.ts'
