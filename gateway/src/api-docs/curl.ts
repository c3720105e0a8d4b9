import { bodyOf, type Operation } from './document.ts'
import { prettyJson, sampleOfMedia, sampleOfParameter } from './sample.ts'

/** The file whose lines the bulk example sends. */
export const linesFile = 'bills.ndjson'
/** The file of a bank that the import of a statement sends. */
const statementFile = 'wyciag.sta'

/**
 * The call as one types it into a terminal: `$TOKEN` and the like stand for what the reader fills in.
 *
 * @param query what the address carries; default: what the call cannot do without
 */
export function curlOf(operation: Operation, baseUrl: string, query?: string): string {
  const { method, path, security, requestBody } = operation
  const filled = path.replace(/\{(\w+)\}/g, (_whole, name: string) => `$${name.toUpperCase()}`)
  const asked = query ?? requiredQuery(operation)
  const lines = [
    `curl ${path.endsWith('/stream') ? '-N ' : ''}"${baseUrl}${filled}${asked === '' ? '' : `?${asked}`}"`,
  ]
  if (security?.length) lines.push('-u "$API_KEY:$API_SECRET"')
  const body = bodyOf(requestBody?.content)
  if (body && method !== 'POST') lines.push(`-X ${method}`)
  if (body?.mediaType === 'application/json') {
    lines.push("-H 'Content-Type: application/json'", `-d '${prettyJson(sampleOfMedia(body.media))}'`)
  } else if (body) {
    const file = body.mediaType === 'application/octet-stream' ? statementFile : linesFile
    lines.push(`-H 'Content-Type: ${body.mediaType}'`, `--data-binary @${file}`)
  } else if (method !== 'GET') lines.push(`-X ${method}`)
  return lines.join(' \\\n  ')
}

function requiredQuery({ parameters = [] }: Operation): string {
  return parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required)
    .map((parameter) => `${parameter.name}=${encodeURIComponent(String(sampleOfParameter(parameter)))}`)
    .join('&')
}
