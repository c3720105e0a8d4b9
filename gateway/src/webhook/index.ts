export { webhookDue } from './due.ts'
export { purgeWebhooks, webhookCrontab, webhookTasks } from './jobs.ts'
export {
  createEndpoint,
  deleteEndpoint,
  requireEndpoint,
  requireEndpointLocked,
  requireUrl,
  rotateSecret,
  secretOf,
  showEndpoint,
  showEndpoints,
  updateEndpoint,
} from './manage.ts'
export { deliveriesOf } from './queries/deliveries.ts'
export { replay } from './replay.ts'
export { lostWebhookSecrets, type Resealing, resealWebhooks } from './reseal.ts'
export { webhookRoutes } from './routes.ts'
export { shownOf } from './routes-deliveries.ts'
export { startWebhookSender } from './run.ts'
