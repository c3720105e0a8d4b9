import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type PaymentRow, verifyWebhook, WebhookVerificationError } from '@bill-gateway/contract'

export interface Books {
  /** Books a row; does nothing where a row of this id is booked already. */
  book(row: PaymentRow): Promise<void>
}

/** An event of a request of a hundred bills is a few ten kilobytes. */
const bodyBytesMax = 1024 * 1024

/**
 * A server that books what webhooks tell of. It answers 204 only after the booking, so an event whose booking failed
 * comes again; booking by the row's id makes it harmless that one can come twice.
 */
export function receiveWebhooks(secret: string, { book }: Books): Server {
  return createServer((request, response) => {
    handle(request, secret, book).then(
      (status) => response.writeHead(status).end(),
      (error: Error) => {
        console.error(error.message)
        response.writeHead(500).end()
      },
    )
  })
}

async function handle(request: IncomingMessage, secret: string, book: Books['book']): Promise<number> {
  if (request.method !== 'POST') return 405
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > bodyBytesMax) return 413
    parts.push(part)
  }
  try {
    const { event } = verifyWebhook(request.headers, Buffer.concat(parts), secret)
    // Types that are not dealt with here are answered too, or they would come again for three days.
    if (event.type === 'payment.succeeded') for (const row of event.data.rows) await book(row)
    return 204
  } catch (error) {
    if (error instanceof WebhookVerificationError) return 400
    throw error
  }
}

if (process.argv[1] === import.meta.filename) {
  const book = async (row: PaymentRow) => console.log(`${row.userId} paid ${row.amount} for ${row.title}`)
  const server = receiveWebhooks(process.env.WEBHOOK_SECRET ?? '', { book })
  server.listen(Number(process.env.PORT ?? 3000), () => {
    const address = server.address()
    console.log(`listening on port ${typeof address === 'object' ? address?.port : ''}`)
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close())
}
