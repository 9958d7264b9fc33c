import { asLocale, type Locale } from './text.ts'

/** The cookie that keeps the chosen language; holds nothing about a person. */
export const LOCALE_COOKIE = 'kc-lang'

/**
 * The language to answer in: `?lang=`, then the cookie, then Accept-Language, else Chinese.
 * A language that we do not have counts as not asked for; it is never an error.
 */
export function chooseLocale(asked: string | null, cookie: string | undefined, accepted: string | null): Locale {
  for (const wish of [asked, cookie]) {
    if (wish && isOurLocale(wish)) return asLocale(wish)
    if (wish) return 'zh'
  }
  const best = (accepted ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...rest] = part.trim().split(';')
      const weight = rest.map((r) => /^\s*q=([\d.]+)/.exec(r)?.[1]).find((q) => q !== undefined)
      return { tag, weight: weight === undefined ? 1 : Number(weight) }
    })
    .filter((wish) => wish.weight > 0 && isOurLocale(wish.tag))
    .sort((a, b) => b.weight - a.weight)[0]
  return asLocale(best?.tag)
}

/** True for language tags that the interface has: zh, en, and their regions. */
export const isOurLocale = (tag: string): boolean => /^(zh|en)(-|_|$)/i.test(tag)
