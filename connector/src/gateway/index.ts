export { type Cancellation, cancelLink } from './cancel.ts'
export {
  type ConnectOptions,
  connectGateway,
  type Gateway,
  type GatewayCredentials,
  GatewaySettingError,
  gatewayId,
} from './connect.ts'
export { inFlight } from './in-flight.ts'
export { fetchEvents, fetchPayments } from './payments.ts'
export { type Refusal, type SendOutcome, type SentLink, sendLinks } from './send.ts'
