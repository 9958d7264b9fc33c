import type { Locale, Text } from '#core/kernel/text.ts'

const SOMEBODY: Readonly<Record<Locale, string>> = { zh: '（某位）', en: '(somebody)' }
// E-mail addresses, mobile numbers with or without spaces and country code, and WeChat ids after their label.
const CONTACTS = [
  /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g,
  /(?<!\d)(?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)/g,
  /(?:微信|wechat|v信)\s*(?:号)?\s*[:：]\s*[\w-]{5,}/gi,
]

/**
 * Makes a function that takes people out of texts: names known to the source community, addresses and numbers.
 * A name of one letter is not looked for: it would hit ordinary words.
 */
export function scrubber(names: Iterable<string>): (text: Text) => Text {
  const known = [...new Set([...names].map((name) => name.trim()))]
    .filter((name) => [...name].length > 1)
    .sort((a, b) => b.length - a.length)
  const patterns = chunk(known, 500).map((some) => new RegExp(some.map(asPattern).join('|'), 'giu'))
  const clean = (words: string, locale: Locale): string =>
    [...CONTACTS, ...patterns].reduce((text, pattern) => text.replace(pattern, SOMEBODY[locale]), words)
  return (text) => ({ ...(text.zh ? { zh: clean(text.zh, 'zh') } : {}), ...(text.en ? { en: clean(text.en, 'en') } : {}) })
}

/** Latin names only as whole words, so that “Dora” does not hit “adorable”. */
function asPattern(name: string): string {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  const before = /^[\p{Script=Latin}\d]/u.test(name) ? String.raw`(?<![\p{Script=Latin}\d])` : ''
  const after = /[\p{Script=Latin}\d]$/u.test(name) ? String.raw`(?![\p{Script=Latin}\d])` : ''
  return before + escaped + after
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
}
