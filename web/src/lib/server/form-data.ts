type Node = { [key: string]: Node | Value }
type Value = string | string[]

const UNSAFE = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * The fields of a form as one object: `name.zh` becomes `{ name: { zh } }`, `items.0.title` becomes
 * `{ items: [{ title }] }`, `roles[]` is always a list. Names that begin with `_` and files are left out.
 */
export function nestFields(data: FormData): Record<string, unknown> {
  const root: Node = {}
  for (const [name, value] of flatFields(data)) place(root, name.replace(/\[\]$/, '').split('.'), value)
  const out = asLists(root)
  return typeof out === 'object' && !Array.isArray(out) ? out : {}
}

/** The fields of a form by their names, as they were typed; repeated and `[]` names are lists. */
export function flatFields(data: FormData): Map<string, Value> {
  const fields = new Map<string, Value>()
  for (const name of new Set(data.keys())) {
    if (name.startsWith('_')) continue
    const texts = data.getAll(name).filter((v): v is string => typeof v === 'string')
    if (texts.length === 0) continue
    fields.set(name, name.endsWith('[]') || texts.length > 1 ? texts : (texts[0] ?? ''))
  }
  return fields
}

function place(root: Node, path: readonly string[], value: Value): void {
  if (path.some((key) => key === '' || UNSAFE.has(key)) || path.length > 8) return
  let node = root
  for (const key of path.slice(0, -1)) {
    const next = node[key]
    if (next !== undefined && (typeof next === 'string' || Array.isArray(next))) return
    node = next ?? (node[key] = {})
  }
  const last = path.at(-1)
  if (last !== undefined && !Object.hasOwn(node, last)) node[last] = value
}

/** Objects whose keys are 0, 1, 2, … become lists, in the order of the numbers; gaps close. */
function asLists(node: Node | Value): Record<string, unknown> | unknown[] | string {
  if (typeof node === 'string' || Array.isArray(node)) return node
  const entries = Object.entries(node).map(([key, value]): [string, unknown] => [key, asLists(value)])
  const numbered = entries.length > 0 && entries.every(([key]) => /^\d{1,4}$/.test(key))
  if (!numbered) return Object.fromEntries(entries)
  return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value)
}
