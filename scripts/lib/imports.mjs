import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, posix } from 'node:path'

const statements = [
  /(?:^|[\n;])\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"\n]+)['"]/g,
  /(?:^|[\n;])\s*import\s*['"]([^'"\n]+)['"]/g,
  /\bimport\s*\(\s*['"]([^'"\n]+)['"]/g,
]

/**
 * All imports of the three workspaces: the file that imports, what it writes, and the file meant
 * (a path from the checkout's root; undefined for packages).
 */
export function readImports(base) {
  return ['core', 'server', 'web'].flatMap((workspace) =>
    filesBelow(base, `${workspace}/src`).flatMap((from) =>
      specifiersOf(readFileSync(join(base, from), 'utf8')).map((specifier) => ({ from, specifier, to: resolve(from, specifier) })),
    ),
  )
}

function specifiersOf(source) {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '')
  return statements.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[1]))
}

function resolve(from, specifier) {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier)
  const [, inner, path] = /^(#core|#server|#lib|@kaichang\/core|@kaichang\/server|@kaichang\/web)\/(.+)$/.exec(specifier) ?? []
  if (inner === undefined) return undefined
  if (inner === '@kaichang/web') return `web/build/${path}`
  return inner === '#lib' ? `web/src/lib/${path}` : `${inner.replace(/^#|^@kaichang\//, '')}/src/${path}`
}

function filesBelow(base, folder) {
  if (!existsSync(join(base, folder))) return []
  return readdirSync(join(base, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|js|mjs|svelte)$/.test(entry.name))
    .map((entry) =>
      join(entry.parentPath ?? entry.path, entry.name)
        .slice(base.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort()
}

/** Every group of files that import each other in a circle, as one way around it. */
export function findCircles(imports) {
  const next = new Map()
  for (const { from, to } of imports) {
    if (to !== undefined) next.set(from, [...(next.get(from) ?? []), to])
  }
  const done = new Set()
  const found = []
  const visit = (file, path) => {
    const at = path.indexOf(file)
    if (at >= 0) return void found.push([...path.slice(at), file])
    if (done.has(file)) return
    for (const other of next.get(file) ?? []) visit(other, [...path, file])
    done.add(file)
  }
  for (const file of next.keys()) visit(file, [])
  return found
}
