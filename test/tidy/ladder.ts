import { posix } from 'node:path'
import { type Finding, isCode, isNode, isTest, lineAt, type SourceFile, walk } from './source.ts'

/** From the ground up. A room imports only rooms below it. `platform` knows no noun. */
export const ladder = [
  'settings.ts',
  'platform',
  'provider',
  'event',
  'payer',
  'short-link',
  'payment-link',
  'ledger',
  'payment',
  'test-mode',
  'hosted-page',
  'api-docs',
  'app.ts',
  'commands',
  'main.ts',
]
/** Entered by any file: they have no inside to protect. */
const open = new Set(['settings.ts', 'platform', 'app.ts', 'commands', 'main.ts'])
/** The ground and the entry points hold no noun. */
const noRooms = new Set(['platform', 'commands'])
const gatewayFolder = 'gateway/src/'

interface Import {
  from: SourceFile
  line: number
  /** A path relative to the repository, or the name of a package. */
  target: string
}

/** Every `import`, `export … from` and `import()` with a literal. */
export function importsOf(from: SourceFile): Import[] {
  const found: Import[] = []
  walk(from, (node) => {
    const source = node.source
    if (!/^(Import|ExportNamed|ExportAll)/.test(node.type) || !isNode(source)) return
    if (typeof source.value !== 'string') return
    const relative = source.value.startsWith('.')
    const target = relative ? posix.join(posix.dirname(from.path), source.value) : source.value
    found.push({ from, line: lineAt(from.text, node.start), target })
  })
  return found
}

/** The room of a file of the gateway: the first part of its path below src. */
function roomOf(path: string): string {
  return path.slice(gatewayFolder.length).split('/', 1)[0] ?? ''
}

/** Rooms import only lower rooms; tests may look up, but nobody climbs in by the window. */
export function checkLadder(files: SourceFile[]): Finding[] {
  return files
    .filter((file) => isCode(file) && file.path.startsWith(gatewayFolder))
    .flatMap((file) => importsOf(file).flatMap((each) => faultsOf(each)))
}

function faultsOf({ from, line, target }: Import): Finding[] {
  const finding = (says: string) => [{ path: from.path, line, says }]
  const room = roomOf(from.path)
  if (!ladder.includes(room)) return finding(`${room} is not on the ladder: give it its place`)
  if (!target.startsWith(gatewayFolder)) {
    const inside = /^(gateway|test|bench|scripts|panel|connector)\//.test(target)
    const data = target.startsWith('gateway/package.json') || target.startsWith('gateway/migrations/')
    return inside && !data && !isTest(from) ? finding(`${target} is no part of the gateway's source`) : []
  }
  const other = roomOf(target)
  if (other === room) return []
  if (ladder.indexOf(other) > ladder.indexOf(room) && !isTest(from)) {
    return finding(`${room} stands below ${other} on the ladder and may not import it`)
  }
  if (!open.has(other) && target !== `${gatewayFolder}${other}/index.ts`) {
    return finding(`enter ${other} by its index.ts`)
  }
  return []
}

/** The contract is what the programs share: it imports none of them. */
export function checkContract(files: SourceFile[]): Finding[] {
  return files
    .filter((file) => isCode(file) && !isTest(file) && file.path.startsWith('contract/src/'))
    .flatMap((file) => importsOf(file))
    .filter(
      ({ target }) =>
        /^(gateway|test|bench|scripts|panel|connector)\//.test(target) || target === 'bill-gateway',
    )
    .map(({ from, line, target }) => ({
      path: from.path,
      line,
      says: `the contract may not import ${target}`,
    }))
}

/** Every room says in its README what the noun is. */
export function checkReadmes(files: SourceFile[], linesMax = 30): Finding[] {
  const paths = new Map(files.map((file) => [file.path, file]))
  const rooms = new Set(
    files
      .filter((file) => file.path.startsWith(gatewayFolder) && file.path.split('/').length > 3)
      .map((file) => roomOf(file.path))
      .filter((room) => !noRooms.has(room)),
  )
  return [...rooms].flatMap((room) => {
    const path = `${gatewayFolder}${room}/README.md`
    const readme = paths.get(path)
    if (!readme) return [{ path, line: 1, says: `${room} has no README.md` }]
    const lines = readme.text.trimEnd().split('\n').length
    return lines > linesMax ? [{ path, line: linesMax, says: `${lines} lines: at most ${linesMax}` }] : []
  })
}

/** A source file of the gateway that nothing imports is dead, unless a program starts with it. */
export function checkDeadFiles(files: SourceFile[]): Finding[] {
  const code = files.filter(isCode)
  const reached = new Set(code.flatMap((file) => importsOf(file).map((each) => each.target)))
  return code
    .filter((file) => /^(gateway|contract)\/src\//.test(file.path) && !isTest(file))
    .filter((file) => !/\/(main|index)\.ts$/.test(file.path) && !file.path.includes('/browser/'))
    .filter((file) => !reached.has(file.path))
    .map((file) => ({ path: file.path, line: 1, says: 'nothing imports this file' }))
}
