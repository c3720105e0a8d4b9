import { posix } from 'node:path'
import { type Finding, isCode, isNode, isTest, lineAt, type SourceFile, walk } from './source.ts'

/** A program whose source is cut into rooms. */
interface Program {
  folder: string
  /** From the ground up. A room imports only rooms below it. `platform` knows no noun. */
  ladder: readonly string[]
  /** Entered by any file: they have no inside to protect. */
  open: ReadonlySet<string>
  /** The ground and the entry points hold no noun, so they need no README. */
  noRooms: ReadonlySet<string>
  /** Files outside of the source that it may import. */
  data: readonly string[]
}

const gateway: Program = {
  folder: 'gateway/src/',
  ladder: [
    'settings.ts',
    'platform',
    'provider',
    'event',
    'mail',
    'webhook',
    'payer',
    'short-link',
    'payment-link',
    'ledger',
    'payment',
    'payout',
    'statement',
    'settlement',
    'receipt-mail',
    'test-mode',
    'hosted-page',
    'api-docs',
    'app.ts',
    'commands',
    'main.ts',
  ],
  open: new Set(['settings.ts', 'platform', 'app.ts', 'commands', 'main.ts']),
  noRooms: new Set(['platform', 'commands']),
  data: ['gateway/package.json', 'gateway/migrations/'],
}

/** `lms` knows LMS's tables, `store` the connector's own. */
const connector: Program = {
  folder: 'connector/src/',
  ladder: [
    'platform',
    'lms',
    'store',
    'gateway',
    'sync/links',
    'sync/payments',
    'pages',
    'bridge',
    'install',
    'doctor',
    'watch',
    'commands',
    'main.ts',
  ],
  open: new Set(['commands', 'main.ts']),
  noRooms: new Set(['platform', 'commands']),
  data: ['connector/package.json'],
}

const programs = [gateway, connector]
const programFolders = /^(gateway|test|bench|scripts|panel|connector|lms-plugin)\//

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

function programOf(path: string): Program | undefined {
  return programs.find(({ folder }) => path.startsWith(folder))
}

/** The first part of a path below src; `sync/` holds rooms, it is none. */
function roomOf({ folder }: Program, path: string): string {
  const [first = '', second = ''] = path.slice(folder.length).split('/')
  return first === 'sync' ? `${first}/${second}` : first
}

/** Rooms import only lower rooms; tests may look up, but nobody climbs in by the window. */
export function checkLadder(files: SourceFile[]): Finding[] {
  return files.filter(isCode).flatMap((file) => {
    const program = programOf(file.path)
    return program ? importsOf(file).flatMap((each) => faultsOf(program, each)) : []
  })
}

function faultsOf(program: Program, { from, line, target }: Import): Finding[] {
  const { folder, ladder, open, data } = program
  const finding = (says: string) => [{ path: from.path, line, says }]
  const room = roomOf(program, from.path)
  if (!ladder.includes(room)) return finding(`${room} is not on the ladder: give it its place`)
  if (!target.startsWith(folder)) {
    const outside = programFolders.test(target) && !data.some((each) => target.startsWith(each))
    const owner = folder.split('/', 1)[0]
    return outside && !isTest(from) ? finding(`${target} is no part of the ${owner}'s source`) : []
  }
  const other = roomOf(program, target)
  if (other === room) return []
  if (ladder.indexOf(other) > ladder.indexOf(room) && !isTest(from)) {
    return finding(`${room} stands below ${other} on the ladder and may not import it`)
  }
  if (!open.has(other) && target !== `${folder}${other}/index.ts`)
    return finding(`enter ${other} by its index.ts`)
  return []
}

/** The contract is what the programs share: it imports none of them. */
export function checkContract(files: SourceFile[]): Finding[] {
  return files
    .filter((file) => isCode(file) && !isTest(file) && file.path.startsWith('contract/src/'))
    .flatMap((file) => importsOf(file))
    .filter(
      ({ target }) =>
        programFolders.test(target) || /^(bill-gateway|@bill-gateway\/lms-connector)$/.test(target),
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
  return programs.flatMap((program) => {
    const { folder, noRooms } = program
    const inside = files.filter(
      ({ path }) => path.startsWith(folder) && path.slice(folder.length).includes('/'),
    )
    const rooms = new Set(inside.map(({ path }) => roomOf(program, path)))
    return [...rooms]
      .filter((room) => !noRooms.has(room))
      .flatMap((room) => {
        const path = `${folder}${room}/README.md`
        const readme = paths.get(path)
        if (!readme) return [{ path, line: 1, says: `${room} has no README.md` }]
        const lines = readme.text.trimEnd().split('\n').length
        return lines > linesMax ? [{ path, line: linesMax, says: `${lines} lines: at most ${linesMax}` }] : []
      })
  })
}

/** A source file that nothing imports is dead, unless a program starts with it. */
export function checkDeadFiles(files: SourceFile[]): Finding[] {
  const code = files.filter(isCode)
  const reached = new Set(code.flatMap((file) => importsOf(file).map((each) => each.target)))
  return code
    .filter((file) => /^(gateway|contract|connector)\/src\//.test(file.path) && !isTest(file))
    .filter((file) => !/\/(main|index)\.ts$/.test(file.path) && !file.path.includes('/browser/'))
    .filter((file) => !reached.has(file.path))
    .map((file) => ({ path: file.path, line: 1, says: 'nothing imports this file' }))
}
