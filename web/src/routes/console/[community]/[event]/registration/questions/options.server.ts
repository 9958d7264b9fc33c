import { slugify, type Locale } from '@kaichang/core/kernel/text.ts'
import type { Option } from '@kaichang/core/registration/questions/model.ts'

const KEY = /^[a-z0-9][a-z0-9_-]{0,39}$/

/**
 * Options as they are typed, one a line: `key | 中文 | English`. Two parts are a key and its words, or the words in both
 * languages; one part is words in the reader's language. Missing keys are made from the English words, else numbered.
 */
export function parseOptions(typed: string, locale: Locale): Option[] {
  const lines = typed
    .split(/\r?\n/)
    .map((line) => line.split(/[|｜]/).map((part) => part.trim()))
    .filter((parts) => parts.some(Boolean))
  const read = lines.map((parts): { key: string; zh: string; en: string } => {
    const [a = '', b = '', ...rest] = parts
    const c = rest.join(' ')
    if (rest.length > 0) return { key: a, zh: b, en: c }
    if (parts.length === 2 && KEY.test(a)) return { key: a, zh: locale === 'zh' ? b : '', en: locale === 'zh' ? '' : b }
    if (parts.length === 2) return { key: '', zh: a, en: b }
    return { key: '', zh: locale === 'zh' ? a : '', en: locale === 'zh' ? '' : a }
  })
  const taken = new Set(read.map(({ key }) => key))
  return read.map(({ key, zh, en }) => ({ key: key || freshKey(en, taken), label: { zh, en } }))
}

function freshKey(words: string, taken: Set<string>): string {
  const base = slugify(words, 30) || 'o'
  let key = base === 'o' ? 'o1' : base
  for (let n = 2; taken.has(key); n += 1) key = `${base}${n}`
  taken.add(key)
  return key
}

/** Options as `parseOptions` reads them. */
export function showOptions(options: readonly Option[]): string {
  return options.map(({ key, label }) => [key, label.zh ?? '', label.en ?? ''].join(' | ').replace(/(?: \| )+$/, '')).join('\n')
}
