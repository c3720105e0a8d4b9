import {
  type Finding,
  isCode,
  isNode,
  isTest,
  lineAt,
  type Node,
  nameOf,
  type SourceFile,
  walk,
} from './source.ts'

const fileLinesMax = 300
const functionLinesMax = 60

export function checkFileLength(files: SourceFile[]): Finding[] {
  return files
    .filter((file) => isCode(file) || /\.(css|sql|php)$/.test(file.path))
    .flatMap((file) => {
      const lines = file.text.trimEnd().split('\n').length
      return lines > fileLinesMax
        ? [
            {
              path: file.path,
              line: fileLinesMax,
              says: `${lines} lines: split it by subject, at most ${fileLinesMax}`,
            },
          ]
        : []
    })
}

/** A `describe` only groups; every other function is held to the limit. */
export function checkFunctionLength(files: SourceFile[]): Finding[] {
  return files.filter(isCode).flatMap((file) => {
    const found: Finding[] = []
    walk(file, (node, parent) => {
      if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) return
      const groups = parent?.type === 'CallExpression' && /^describe\b/.test(nameOf(calleeOf(parent)))
      const line = lineAt(file.text, node.start)
      const lines = lineAt(file.text, node.end) - line + 1
      if (!groups && lines > functionLinesMax) {
        found.push({
          path: file.path,
          line,
          says: `a function of ${lines} lines: at most ${functionLinesMax}`,
        })
      }
    })
    return found
  })
}

/** The callee, or in `describe.each(…)(…)` the callee's callee. */
function calleeOf(call: Node): unknown {
  const callee = call.callee
  return isNode(callee) && callee.type === 'CallExpression' ? callee.callee : callee
}

const readsEnvironment =
  /^(gateway\/src\/settings\.ts|(gateway|connector)\/src\/main\.ts|(gateway|connector)\/src\/commands\/|connector\/(bin|demo)\/|contract\/examples\/|scripts\/|bench\/|vitest\.config\.ts)/
const writesRawSql =
  /^(gateway\/src\/(platform\/(db\/migrate|embedded-postgres\/)|commands\/)|connector\/src\/(store|install)\/queries\/|bench\/)/
const dividesMoney = new Set(['contract/src/amount.ts', 'connector/src/platform/decimal.ts'])

/** Words of the language that are allowed in few places. */
export function checkConfinedWords(files: SourceFile[]): Finding[] {
  return files.filter(isCode).flatMap((file) => {
    const found: Finding[] = []
    const report = (node: Node, says: string) =>
      found.push({ path: file.path, line: lineAt(file.text, node.start), says })
    walk(file, (node) => {
      const name = node.type === 'MemberExpression' ? nameOf(node) : ''
      if (name === 'process.env' && !isTest(file) && !readsEnvironment.test(file.path)) {
        report(node, 'only settings.ts and the commands read process.env')
      }
      if (name === 'sql.raw' && !isTest(file) && !writesRawSql.test(file.path)) {
        report(node, 'sql.raw is for migrations and backups only: values are parameters')
      }
      if (dividesMoney.has(file.path) || isTest(file) || file.path.startsWith('bench/')) return
      if (/^(Number\.)?parseFloat$/.test(node.type === 'CallExpression' ? nameOf(node.callee) : '')) {
        report(node, 'money is no float: read it by minorUnitsOf')
      }
      if (node.type === 'BinaryExpression' && node.operator === '/' && isHundred(node.right)) {
        report(node, 'money becomes a decimal in contract/src/amount.ts and platform/decimal.ts only')
      }
    })
    return found
  })
}

function isHundred(node: unknown): boolean {
  return isNode(node) && node.type === 'Literal' && (node.value === 100 || node.raw === '100n')
}

/** Below these all is SQL: the ground, programs of a line, and what LMS's tables mean. */
const speaksSql = /^(gateway\/src\/(platform|commands)|connector\/src\/(platform|lms))\//

/** Rooms keep their SQL in queries.ts, or in queries/ once it has grown. */
export function checkSqlPlace(files: SourceFile[]): Finding[] {
  return files
    .filter((file) => isCode(file) && !isTest(file) && /^(gateway|connector)\/src\/[a-z-]+\//.test(file.path))
    .filter((file) => !speaksSql.test(file.path))
    .filter((file) => !/\/queries(\.ts$|\/)/.test(file.path))
    .flatMap((file) => {
      const found: Finding[] = []
      walk(file, (node) => {
        const tagged = node.type === 'TaggedTemplateExpression' && nameOf(node.tag) === 'sql'
        const built =
          node.type === 'MemberExpression' &&
          isNode(node.property) &&
          /^(selectFrom|insertInto|updateTable|deleteFrom)$/.test(String(node.property.name))
        if (tagged || built) {
          found.push({
            path: file.path,
            line: lineAt(file.text, node.start),
            says: 'SQL lives in queries.ts',
          })
        }
      })
      return found
    })
}

/** A test that is left out, or that leaves out all others, proves nothing. */
export function checkNoSkippedTests(files: SourceFile[]): Finding[] {
  return files
    .filter((file) => isCode(file) && isTest(file))
    .flatMap((file) => {
      const found: Finding[] = []
      walk(file, (node) => {
        const name = node.type === 'CallExpression' ? nameOf(node.callee) : ''
        if (/^(describe|it|test)\.(.*\.)?(skip|only|skipIf|runIf|todo|fails)$/.test(name)) {
          found.push({
            path: file.path,
            line: lineAt(file.text, node.start),
            says: `${name}: run every test`,
          })
        }
      })
      return found
    })
}

const bannedWords = /\b(TO[D]O|FIX[M]E|X{3}|HA[C]K)\b/
/** Where somebody's machine keeps things is no business of a reader's. */
const privatePaths =
  /(^|[\s"'`(=])(\/(work|home\/\w+|Users\/\w+|root)\/|\/tmp\/[A-Z])|\.\.\/shared\b|\banchors\.md\b/

export function checkBannedWords(files: SourceFile[]): Finding[] {
  return byLine(files.filter(isCode), bannedWords, (word) => `"${word}": finish it or open an issue`)
}

export function checkPrivatePaths(files: SourceFile[]): Finding[] {
  return byLine(files, privatePaths, (path) => `"${path.trim()}" is a place on one machine`)
}

function byLine(files: SourceFile[], pattern: RegExp, says: (found: string) => string): Finding[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const match = pattern.exec(line)
      return match ? [{ path, line: index + 1, says: says(match[0]) }] : []
    }),
  )
}

/** docs/dependencies.md says in a line why each package is here, and names none that is gone. */
export function checkDependencies(files: SourceFile[]): Finding[] {
  const path = 'docs/dependencies.md'
  const page = files.find((file) => file.path === path)
  if (!page) return [{ path, line: 1, says: 'is missing: a line for each dependency' }]
  const wanted = new Set(
    files
      .filter((file) => /^([a-z-]+\/)?package\.json$/.test(file.path))
      .flatMap((file) => dependenciesOf(file.text)),
  )
  const rows = page.text.split('\n').map((row) => /^[|*-]\s*`?([@a-z0-9/._*-]+)`?\s*[|:](.*)$/i.exec(row))
  const named = new Map(rows.flatMap((row) => (row ? [[row[1] ?? '', row[2] ?? ''] as const] : [])))
  const explained = new Map([...named].filter(([name]) => !/^(package|-+)$/.test(name)))
  const lineOf = (name: string) => explained.get(name) ?? explained.get(name.replace(/\/.*$/, '/*')) ?? ''
  const missing = [...wanted].filter((name) => !/\w{3}/.test(lineOf(name)))
  const gone = [...explained.keys()].filter((name) => !name.endsWith('/*') && !wanted.has(name))
  return [
    ...missing.map((name) => ({ path, line: 1, says: `say in a line what \`${name}\` is for` })),
    ...gone.map((name) => ({ path, line: 1, says: `\`${name}\` is no dependency any more` })),
  ]
}

function dependenciesOf(text: string): string[] {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(text) as Record<
    string,
    Record<string, string>
  >
  return [...Object.keys(dependencies), ...Object.keys(devDependencies)].filter(
    (name) => name !== '@bill-gateway/contract',
  )
}
