import { basename } from 'node:path'
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml'
import { KaichangError } from '@kaichang/core/kernel/errors.ts'
import { exampleSchema, type Example } from './format.ts'

/** Reads an example; a broken file is answered by `import.broken` with file, line and reason. */
export function readExample(text: string, file: string): Example {
  const lines = new LineCounter()
  // `core` keeps dates as text: they are local times.
  const document = parseDocument(text, { lineCounter: lines, schema: 'core', prettyErrors: false })
  const error = document.errors[0]
  if (error) throw broken(file, lines.linePos(error.pos[0]).line, error.message)
  const result = exampleSchema.safeParse(document.toJS())
  if (result.success) return result.data
  // A misspelled key is told rather than the one that is therefore missing.
  const { issues } = result.error
  const issue = issues.find((one) => one.code === 'unrecognized_keys') ?? issues[0]
  const path = issue?.path ?? []
  // What is wrong with a key that should not be there stands at that key.
  const at = issue?.code === 'unrecognized_keys' && issue.keys[0] !== undefined ? [...path, issue.keys[0]] : path
  throw broken(file, lines.linePos(offsetOf(document, at)).line, `${path.map(String).join('.')}: ${issue?.message ?? ''}`)
}

/** Where in the text a value stands, or the nearest thing around it that exists. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents
  let offset = 0
  for (const key of path) {
    let next: unknown
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key)
      if (pair && isScalar(pair.key) && pair.key.range) offset = pair.key.range[0]
      next = pair?.value
    } else if (isSeq(node)) {
      next = node.items[Number(key)]
    }
    if (typeof next !== 'object' || next === null) break
    if ('range' in next && Array.isArray(next.range) && typeof next.range[0] === 'number' && !isMap(node)) offset = next.range[0]
    node = next
  }
  return offset
}

function broken(file: string, line: number, reason: string): KaichangError {
  return new KaichangError('import.broken', { file: basename(file), line, reason })
}
