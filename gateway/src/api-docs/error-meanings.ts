import type { ErrorCode } from '@bill-gateway/contract'

/** What each error of the catalogue means, and what the caller does about it. */
export const errorMeanings: Record<ErrorCode, { meaning: string; remedy: string }> = {
  validation_failed: {
    meaning:
      'One or more fields break their rule. `errors` names each of them by JSON pointer, with a code for programs and a sentence for people. Nothing of the request was stored.',
    remedy:
      'Mend the fields that are named and send the request again. Repeating it unchanged does not help.',
  },
  malformed_json: {
    meaning: 'The body is empty or is not JSON.',
    remedy: 'Send UTF-8 JSON with `Content-Type: application/json`.',
  },
  bad_request: {
    meaning: 'The request cannot be read at all: a broken header, length or address.',
    remedy: 'Look at what your HTTP client, or a proxy on the way, really sends.',
  },
  unauthorized: {
    meaning: 'No key was sent, the secret is wrong, or the key is revoked.',
    remedy:
      'Send Basic authentication: user is the api_key, password the api_secret. A secret that is lost cannot be shown again; fetch a new one by a PIN, or ask the operator for a new key.',
  },
  generate_key_refused: {
    meaning:
      'The provider code, the key or the PIN is wrong, used, expired or locked. Which of them is not said.',
    remedy:
      'Check all three. After five wrong tries the PIN is locked: ask the operator for a new one rather than trying on.',
  },
  provider_disabled: {
    meaning: 'The operator has switched the provider off. Its pages say so too.',
    remedy: 'Ask the operator. Payments that arrive all the same are recorded and can be fetched later.',
  },
  wrong_provider: {
    meaning: 'The `providerCode` in the body is not that of the key’s provider.',
    remedy: 'Use the key of that provider, or leave `providerCode` out: only the LMS plugin needs it.',
  },
  not_found: {
    meaning:
      'There is no such address, link, event or code. Another provider’s link, and test mode with a live key, are answered the same.',
    remedy: 'Check the address and the token, and that you use the key of the provider that made the link.',
  },
  method_not_allowed: {
    meaning: 'The address is known, but not with this method.',
    remedy: 'Use one of the methods in the `Allow` header.',
  },
  link_not_active: {
    meaning: 'The link is already paid or cancelled, and stays as it is.',
    remedy:
      'Ask for its status. If it is paid, book the payment; if money came another way too, it is the payer’s overpayment.',
  },
  request_in_progress: {
    meaning: 'A first request with this Idempotency-Key is still running.',
    remedy: 'Wait a moment and send the same request again: it gets the first one’s answer.',
  },
  payment_in_progress: {
    meaning:
      'A payment method reports a payment of the link as pending: a second one could move the money twice.',
    remedy: 'Wait until the link is no longer `processing`.',
  },
  statement_entry_decided: {
    meaning:
      'Only an entry that waits can be matched or ignored, and only one that was decided can be undone. An undo is refused too where money of the payment was given back already.',
    remedy: 'Look at the entry’s state. To match it otherwise, undo it first.',
  },
  parameter_sets_exhausted: {
    meaning: 'The provider has 5,000 different sets of short-link parameters; no more are given.',
    remedy: 'Use fewer different values: a campaign’s name, not a customer’s.',
  },
  too_many_webhooks: {
    meaning: 'The provider has 50 webhook endpoints; no more are made.',
    remedy: 'Delete those that are no longer used. One endpoint can take every type of event.',
  },
  refund_exceeds_payment: {
    meaning:
      'Less of the payment is left than the refund asks for, or nothing: the rest was refunded, taken back by the payer’s bank, or is reserved by a refund that is on its way.',
    remedy: 'Read `GET /pay/v1/payments/{token}/refunds`, and order at most what `detail` says is left.',
  },
  events_expired: {
    meaning: 'The cursor is older than the events that are kept (400 days): some may have been missed.',
    remedy: 'Search payments from your last booking on, then go on with the newest event.',
  },
  body_too_large: {
    meaning: 'The body is longer than 1 MiB.',
    remedy: 'Send fewer items, or use the bulk endpoint, which has no limit.',
  },
  unsupported_media_type: {
    meaning: 'The `Content-Type` is not the one that the call takes.',
    remedy: 'Send `application/json`; the bulk endpoint takes `application/x-ndjson`.',
  },
  statement_unreadable: {
    meaning:
      'The file is broken, cut off, or of a kind or encoding that is not recognised. `detail` says where. Nothing of it was kept.',
    remedy:
      'Fetch the file from the bank again, or say its `format`, `encoding` or `profile`. What was imported before stays as it is.',
  },
  idempotency_key_reused: {
    meaning: 'The Idempotency-Key came with another request in the last 24 hours.',
    remedy: 'Use a new key for each new request, and the same key only for the very same request.',
  },
  refund_not_possible: {
    meaning:
      'The method that the payment came by cannot give money back, as a plain transfer cannot, or its account was disconnected.',
    remedy:
      'Give the money back yourself, by a transfer, and order the refund with `manual: true`: it is then recorded at once.',
  },
  too_many_requests: {
    meaning: 'The limit of the key or address is used up.',
    remedy:
      'Wait as long as `Retry-After` says. Put up to 100 links into a request, or use the bulk endpoint.',
  },
  internal_error: {
    meaning: 'A fault of the gateway. It is in its log under the `requestId`.',
    remedy:
      'Tell the operator the `requestId`. A create may have happened or not: repeat it with the same Idempotency-Key.',
  },
  unavailable: {
    meaning: 'The database is away or the gateway is being restarted.',
    remedy: 'Try again after `Retry-After`, with growing pauses. The client library does so by itself.',
  },
}
