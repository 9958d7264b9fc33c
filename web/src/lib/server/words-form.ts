import type { BothWordsInput } from '@kaichang/core/registration/messages/model.ts'
import type { Sent } from './form.ts'

/** Subject and body in both languages, as the fields `zh.subject`, `zh.body`, `en.subject`, `en.body`. */
export function wordsOf({ text }: Pick<Sent, 'text'>): BothWordsInput {
  const of = (locale: 'zh' | 'en') => ({ subject: text(`${locale}.subject`), body: text(`${locale}.body`) })
  return { zh: of('zh'), en: of('en') }
}
