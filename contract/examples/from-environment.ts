import { type Client, createClient } from '@bill-gateway/contract'

/** A client of the gateway and key that the environment names. */
export function clientFromEnvironment(): Client {
  return createClient({
    baseUrl: required('BILL_GATEWAY_URL'),
    apiKey: required('BILL_GATEWAY_KEY'),
    apiSecret: required('BILL_GATEWAY_SECRET'),
  })
}

function required(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`Set ${name}: the demo writes url, key and secret to data/demo.json.`)
  return value
}
