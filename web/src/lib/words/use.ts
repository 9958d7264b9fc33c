import { page } from '$app/state'
import type { Locale } from '@kaichang/core/kernel/text.ts'
import { words, type Translate, type Words } from './define.ts'

/** The language of the page that is being shown. */
export function useLocale(): Locale {
  return page.data.locale ?? 'zh'
}

/** An area's sentences in the language of the page that is being shown; for components. */
export function useWords<Z extends Readonly<Record<string, string>>>(area: Words<Z>): Translate<Z> {
  return (key, ...params) => words(area, useLocale())(key, ...params)
}
