export { fetchedId, markFetched } from './fetch.ts'
export { eventCrontab, eventTasks } from './jobs.ts'
export { purgeEvents } from './purge.ts'
export {
  anyEventTopic,
  awaitRecorded,
  insertEvent,
  nextEventId,
  recordEvent,
  recordEvents,
} from './record.ts'
export { eventRoutes } from './routes.ts'
