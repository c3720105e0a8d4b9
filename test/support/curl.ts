/** A request as curl would send it. */
export interface CurlRequest {
  url: string
  method: string
  headers: Record<string, string>
  body: string | undefined
}

/**
 * Reads a curl command of the docs as a shell would and says what curl would send. It knows the options that
 * the docs use and refuses all others.
 *
 * @param variables values of `$NAME`
 * @param files contents of `@name`
 */
export function readCurl(
  command: string,
  variables: Record<string, string>,
  files: Record<string, string>,
): CurlRequest {
  const [curl, ...words] = wordsOf(command.replace(/^export .*$/gm, '').trim(), variables)
  if (curl !== 'curl') throw new Error(`no curl command: ${command}`)
  const request: CurlRequest = { url: '', method: '', headers: { accept: '*/*' }, body: undefined }
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const value = () => words.shift() ?? ''
    if (word === '-N') continue
    else if (word === '-X') request.method = value()
    else if (word === '-u') request.headers.authorization = `Basic ${Buffer.from(value()).toString('base64')}`
    else if (word === '-H') {
      const [name = '', ...rest] = value().split(': ')
      request.headers[name.toLowerCase()] = rest.join(': ')
    } else if (word === '-d' || word === '--data-binary') {
      const data = value()
      request.body = data.startsWith('@') ? files[data.slice(1)] : data
    } else if (word.startsWith('-') || request.url !== '') throw new Error(`curl: ${word}`)
    else request.url = word
  }
  request.method ||= request.body === undefined ? 'GET' : 'POST'
  return request
}

function wordsOf(command: string, variables: Record<string, string>): string[] {
  const words: string[] = []
  const word = /\\\n|'([^']*)'|"((?:[^"\\]|\\.)*)"|((?:[^\s'"\\]|\\.)+)/gs
  for (const [, single, double, bare] of command.matchAll(word)) {
    if (single !== undefined) words.push(single)
    else if (double !== undefined) words.push(expand(double, variables))
    else if (bare !== undefined) words.push(expand(bare, variables))
  }
  return words
}

function expand(text: string, variables: Record<string, string>): string {
  return text.replace(/\$([A-Z_]+)/g, (_whole, name: string) => {
    const value = variables[name]
    if (value === undefined) throw new Error(`$${name} is not set`)
    return value
  })
}
