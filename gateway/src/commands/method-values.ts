import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Method } from '../payment/index.ts'

interface Given {
  set?: string[]
  valuesFile?: string
}

const Values = Type.Record(Type.String(), Type.String({ maxLength: 20_000 }))
const secretRule = (name: string) =>
  `${name} is a secret, and other users can read the arguments of a process: put it into a file and say ` +
  `--set ${name}=@FILE, or use --values-file.`

/**
 * The fields of an account out of a JSON file and of single options, which win.
 *
 * @throws Error where a file cannot be read or a secret stands in the arguments; no value is in the message
 */
export async function readValues(
  account: Method['account'],
  { set = [], valuesFile }: Given,
): Promise<Record<string, string>> {
  const values = valuesFile === undefined ? {} : await readJson(valuesFile)
  for (const assignment of set) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(assignment) ?? []
    if (name === undefined || value === undefined)
      throw new Error(
        '--set takes name=value or name=@FILE. "bill-gateway method connect --help" has examples.',
      )
    const secret = account !== 'none' && Object.hasOwn(account.credentials, name)
    if (secret && !value.startsWith('@')) throw new Error(secretRule(name))
    values[name] = value.startsWith('@') ? (await read(value.slice(1))).replace(/\r?\n$/, '') : value
  }
  return values
}

async function readJson(file: string): Promise<Record<string, string>> {
  const content = file === '-' ? await text(process.stdin) : await read(file)
  const parsed: unknown = parse(content)
  if (Value.Check(Values, parsed)) return { ...parsed }
  throw new Error(`${file === '-' ? 'Standard input' : file} is no JSON object of texts.`)
}

function parse(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    // The parser's message quotes the text, which holds secrets.
    return undefined
  }
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new Error(`The file ${file} cannot be read (${cause.code}). Check the path.`, { cause })
  })
}
