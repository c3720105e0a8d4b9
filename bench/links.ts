import { driveBareSql } from './bare-sql.ts'
import { drive, type Measured, postRequest } from './load.ts'
import { type Comparison, compare } from './report.ts'
import { type BenchGateway, connections, newItem } from './world.ts'

const linksPerRequest = 100
const requestsPerRound = 120
const rounds = 5

/** Links made by the API, a hundred a request, against bare SQL that writes the same rows. */
export async function benchCreate(gateway: BenchGateway): Promise<Comparison> {
  return compare({
    name: 'create: links/s by POST /pay/v1/payments, 100 a request',
    yardstick: 'bare SQL, the same rows in batches of 100',
    target: 0.4,
    rounds,
    measured: async () => linksPerSecond(await driveCreate(gateway, requestsPerRound)),
    yardstickMeasured: async () => linksPerSecond(await driveBareSql(gateway, requestsPerRound)),
  })
}

/** Links made by one bulk upload against the same bare SQL. */
export async function benchBulk(gateway: BenchGateway): Promise<Comparison> {
  return compare({
    name: 'bulk: links/s by POST /pay/v1/payments/bulk',
    yardstick: 'bare SQL, the same rows in batches of 100',
    target: 0.6,
    rounds,
    measured: () => driveBulk(gateway, requestsPerRound * linksPerRequest),
    yardstickMeasured: async () => linksPerSecond(await driveBareSql(gateway, requestsPerRound)),
  })
}

export async function driveCreate(gateway: BenchGateway, requests: number): Promise<Measured> {
  const prepared = Array.from({ length: requests }, () =>
    postRequest(
      '/pay/v1/payments',
      JSON.stringify({ payments: Array.from({ length: linksPerRequest }, newItem) }),
      {
        authorization: gateway.authorization,
      },
    ),
  )
  const request = (n: number) => prepared[n] ?? Buffer.alloc(0)
  return drive({ port: gateway.port, connections, requests, request, expectStatus: 201 })
}

export function linksPerSecond(measured: Measured): number {
  return measured.perSecond * linksPerRequest
}

async function driveBulk(gateway: BenchGateway, links: number): Promise<number> {
  const chunks: Buffer[] = []
  for (let n = 0; n < links; n += linksPerRequest) {
    const lines = Array.from({ length: linksPerRequest }, () => `${JSON.stringify(newItem())}\n`)
    chunks.push(Buffer.from(lines.join('')))
  }
  const began = process.hrtime.bigint()
  const response = await fetch(`http://127.0.0.1:${gateway.port}/pay/v1/payments/bulk`, {
    method: 'POST',
    headers: { authorization: gateway.authorization, 'content-type': 'application/x-ndjson' },
    body: ReadableStream.from(chunks),
    duplex: 'half',
  } as RequestInit)
  const answers = await response.text()
  const seconds = Number(process.hrtime.bigint() - began) / 1e9
  const made = answers.match(/"token"/g)?.length ?? 0
  if (response.status !== 200 || made !== links)
    throw new Error(`bulk made ${made} of ${links} links: ${answers.slice(0, 300)}`)
  return links / seconds
}
