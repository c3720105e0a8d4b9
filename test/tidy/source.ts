import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAst } from 'vite'

/** One file of the repository; path is relative to its root, with forward slashes. */
export interface SourceFile {
  path: string
  text: string
}

/** A rule that is broken, as a sentence that says what to do. */
export interface Finding {
  path: string
  line: number
  says: string
}

export interface Node {
  type: string
  start: number
  end: number
  [key: string]: unknown
}

export const root = fileURLToPath(new URL('../../', import.meta.url))
const skippedFolders = new Set(['node_modules', 'dist', 'data', 'coverage', '.git', 'screenshots'])
const textExtensions = new Set([
  '.ts',
  '.tsx',
  '.mjs',
  '.js',
  '.css',
  '.sql',
  '.md',
  '.json',
  '.yaml',
  '.yml',
  '.php',
  '',
])
/** Made by a program, not written. */
const generated = new Set(['gateway/src/platform/db/tables.ts', 'package-lock.json', 'gateway/schema.sql'])

/** Every text file of the repository that somebody wrote. */
export function readRepository(): SourceFile[] {
  return filesBelow(root)
    .map((file) => ({ file, path: relative(root, file).split(sep).join('/') }))
    .filter(
      ({ path }) => textExtensions.has(extname(path)) && !generated.has(path) && !path.includes('.bundle.'),
    )
    .map(({ file, path }) => ({ path, text: readFileSync(file, 'utf8') }))
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skippedFolders.has(entry.name)) return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesBelow(path)
    return entry.isFile() ? [path] : []
  })
}

export function isCode({ path }: SourceFile): boolean {
  return /\.(ts|tsx|mjs|js)$/.test(path)
}

export function isTest({ path }: SourceFile): boolean {
  return (
    /\.test\.tsx?$/.test(path) ||
    path.startsWith('test/') ||
    /^(gateway|connector)\/(src\/.*\/)?testing\//.test(path)
  )
}

const trees = new WeakMap<SourceFile, Node>()

export function treeOf(file: SourceFile): Node {
  let tree = trees.get(file)
  if (!tree) {
    const lang = file.path.endsWith('x') ? 'tsx' : file.path.endsWith('ts') ? 'ts' : 'js'
    tree = parseAst(file.text, { lang }, file.path) as unknown as Node
    trees.set(file, tree)
  }
  return tree
}

/** Calls back for each node of the file's syntax tree, with its parent. */
export function walk(file: SourceFile, visit: (node: Node, parent: Node | undefined) => void): void {
  const go = (node: Node, parent: Node | undefined) => {
    visit(node, parent)
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) go(child, node)
    }
  }
  go(treeOf(file), undefined)
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

/** The dotted name of `a` or `a.b`; empty for anything else. */
export function nameOf(node: unknown): string {
  if (!isNode(node)) return ''
  if (node.type === 'Identifier') return String(node.name)
  if (node.type === 'MemberExpression' && node.computed !== true) {
    return `${nameOf(node.object)}.${nameOf(node.property)}`
  }
  return ''
}
