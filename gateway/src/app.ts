import './platform/production.ts'

import type { FastifyInstance } from 'fastify'
import { docsRoutes } from './api-docs/index.ts'
import { eventCrontab, eventRoutes, eventTasks } from './event/index.ts'
import { hostedPageRoutes, renderHtmlError } from './hosted-page/index.ts'
import { mailCrontab, mailRoutes, mailTasks } from './mail/index.ts'
import { paymentCrontab, paymentRoutes, paymentTasks } from './payment/index.ts'
import { paymentLinkRoutes } from './payment-link/index.ts'
import { payoutCrontab, payoutRoutes, payoutTasks } from './payout/index.ts'
import { registerOpenApi } from './platform/http/openapi.ts'
import { registerOperations } from './platform/http/operations.ts'
import { buildServer } from './platform/http/server.ts'
import { startWorker, type TaskList, type Worker } from './platform/jobs.ts'
import type { Platform } from './platform/platform.ts'
import { providerCrontab, providerRoutes, providerTasks } from './provider/index.ts'
import { receiptCrontab, receiptTasks } from './receipt-mail/index.ts'
import { settlementListener, settlementRoutes } from './settlement/index.ts'
import { shortLinkRoutes } from './short-link/index.ts'
import { statementCrontab, statementRoutes, statementTasks, transferListeners } from './statement/index.ts'
import { testModeRoutes } from './test-mode/index.ts'
import { startWebhookSender, webhookCrontab, webhookRoutes, webhookTasks } from './webhook/index.ts'

// A transfer of a settlement is seen on a statement, of a room below.
transferListeners.push(settlementListener)

/** The table of contents: every room that answers HTTP, by name. It builds; whoever calls it listens. */
export async function buildApp(platform: Platform): Promise<FastifyInstance> {
  const app = await buildServer(platform, renderHtmlError(platform))
  await registerOpenApi(app, platform.settings.publicUrl)
  await registerOperations(app, platform)
  await app.register(providerRoutes(platform))
  await app.register(eventRoutes(platform))
  await app.register(webhookRoutes(platform))
  await app.register(mailRoutes(platform))
  await app.register(shortLinkRoutes(platform))
  await app.register(paymentLinkRoutes(platform))
  await app.register(paymentRoutes(platform))
  await app.register(settlementRoutes(platform))
  await app.register(payoutRoutes(platform))
  await app.register(statementRoutes(platform))
  await app.register(testModeRoutes(platform))
  await app.register(hostedPageRoutes(platform))
  await app.register(docsRoutes(platform))
  return app
}

/** Every job, by name. */
export const tasks: TaskList = {
  ...providerTasks,
  ...eventTasks,
  ...webhookTasks,
  ...mailTasks,
  ...paymentTasks,
  ...payoutTasks,
  ...statementTasks,
  ...receiptTasks,
}

/** Every recurring job: minute, hour, day of month, month, day of week, task. */
export const crontab = [
  providerCrontab,
  eventCrontab,
  webhookCrontab,
  mailCrontab,
  paymentCrontab,
  payoutCrontab,
  statementCrontab,
  receiptCrontab,
].join('\n')

/** Everything that goes on without being asked, in this process until stopped: jobs, and the sending of webhooks. */
export async function startWork(platform: Platform): Promise<Worker> {
  const worker = await startWorker(platform, tasks, crontab)
  const sender = startWebhookSender(platform)
  return { stop: async () => void (await Promise.all([worker.stop(), sender.stop()])) }
}
