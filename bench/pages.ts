import { fileURLToPath } from 'node:url'
import { drive, getRequest } from './load.ts'
import { type Comparison, compare } from './report.ts'
import { type BenchGateway, freePort, newItem, startProcess, stopProcess } from './world.ts'

const readers = 32
const roundMs = 3_000
const rounds = 5

interface Address {
  page: string
  redirect: string
}

/** The payment page and the short-link redirect against a Fastify route that answers two bytes. */
export async function benchPages(gateway: BenchGateway): Promise<Comparison[]> {
  const addresses = await makeLinks(gateway)
  const barePort = await freePort()
  const bare = await startProcess(
    fileURLToPath(new URL('../bench/yardstick-server.mjs', import.meta.url)),
    [],
    barePort,
  )
  const bareRequest = getRequest('/bare')
  const bareRoute = async () =>
    (
      await drive({
        port: barePort,
        connections: readers,
        forMs: roundMs,
        request: () => bareRequest,
        expectStatus: 200,
      })
    ).perSecond
  const reading = (requests: Buffer[], expectStatus: number) => async () => {
    const request = (n: number) => requests[n % requests.length] ?? bareRequest
    return (await drive({ port: gateway.port, connections: readers, forMs: roundMs, request, expectStatus }))
      .perSecond
  }
  try {
    const page = await compare({
      name: 'page: GET /single-payment/{token}, requests/s',
      yardstick: 'bare Fastify route',
      target: 0.15,
      rounds,
      measured: reading(
        addresses.map((address) => getRequest(address.page)),
        200,
      ),
      yardstickMeasured: bareRoute,
    })
    const redirect = await compare({
      name: 'short link: GET /s/{code}, requests/s',
      yardstick: 'bare Fastify route',
      target: 0.3,
      rounds,
      measured: reading(
        addresses.map((address) => getRequest(address.redirect)),
        302,
      ),
      yardstickMeasured: bareRoute,
    })
    return [page, redirect]
  } finally {
    await stopProcess(bare)
  }
}

async function makeLinks(gateway: BenchGateway): Promise<Address[]> {
  const response = await fetch(`http://127.0.0.1:${gateway.port}/pay/v1/payments`, {
    method: 'POST',
    headers: { authorization: gateway.authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ payments: Array.from({ length: 100 }, newItem) }),
  })
  const { links } = (await response.json()) as { links: { link: string; shortLink: string }[] }
  return links.map((link) => ({
    page: new URL(link.link).pathname,
    redirect: new URL(link.shortLink).pathname,
  }))
}
