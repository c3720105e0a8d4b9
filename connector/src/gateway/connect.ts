import { type Client, createClient } from '@bill-gateway/contract'

/** One gateway that this LMS talks to, or talked to before its address was changed. */
export interface Gateway {
  /** The address in one spelling: rows in our tables remember their gateway by it. */
  id: string
  client: Client
  /** False once the gateway has answered that it knows no events: its search is polled alone. */
  supportsEvents: boolean
  /** Requests made so far, repeated ones included. */
  requests: number
}

export interface GatewayCredentials {
  /** `billtech.api_url`, such as `https://pay.example.pl`. */
  apiUrl: string
  apiKey: string
  apiSecret: string
}

export interface ConnectOptions {
  /** Milliseconds for each try of a request. Default 30,000. */
  timeoutMs?: number
  /** How often a failed request is tried again, with growing pauses. Default 3. */
  retries?: number
  fetch?: typeof globalThis.fetch
}

const timeoutMsDefault = 30_000
const retriesDefault = 3

/** A setting that stands in the way of talking to the gateway; the message says how to mend it. */
export class GatewaySettingError extends Error {
  override readonly name = 'GatewaySettingError'
  readonly setting: string

  constructor(setting: string, says: string) {
    super(`${setting} ${says}`)
    this.setting = setting
  }
}

/**
 * The address in one spelling: scheme and host in small letters, no default port, no slash at the end.
 *
 * @throws GatewaySettingError where it is no http address, carries a password, a query or a fragment, or is
 *   plain http to another machine: the secret would be readable on the way
 */
export function gatewayId(apiUrl: string): string {
  const setting = 'billtech.api_url'
  const text = apiUrl.trim()
  if (text === '')
    throw new GatewaySettingError(
      setting,
      'is empty: enter the gateway’s address, such as https://pay.example.pl',
    )
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw new GatewaySettingError(setting, 'is no web address: it must look like https://pay.example.pl')
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new GatewaySettingError(setting, 'must hold the address alone, without user, query or #')
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new GatewaySettingError(setting, 'must begin with https://: plain http:// is for this machine only')
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/{2,}/g, '/')}`
}

/** @param hostname as URL gives it: small letters, IPv6 in brackets */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

/** @throws GatewaySettingError naming the setting that is missing or wrong */
export function connectGateway(credentials: GatewayCredentials, options: ConnectOptions = {}): Gateway {
  const id = gatewayId(credentials.apiUrl)
  for (const [name, value] of [
    ['api_key', credentials.apiKey],
    ['api_secret', credentials.apiSecret],
  ] as const) {
    if (value.trim() === '')
      throw new GatewaySettingError(
        `billtech.${name}`,
        'is empty: enter it on the page Konfiguracja → BillTech',
      )
  }
  const send = options.fetch ?? globalThis.fetch
  const counting: typeof globalThis.fetch = (input, init) => {
    gateway.requests++
    return send(input, init)
  }
  const client = createClient({
    baseUrl: id,
    apiKey: credentials.apiKey.trim(),
    apiSecret: credentials.apiSecret.trim(),
    timeoutMs: options.timeoutMs ?? timeoutMsDefault,
    retries: options.retries ?? retriesDefault,
    fetch: counting,
  })
  const gateway: Gateway = { id, client, supportsEvents: true, requests: 0 }
  return gateway
}
