import type { Issue } from '#core/kernel/errors.ts'
import { locales } from '#core/kernel/text.ts'
import { checkWords } from '#core/people/mail/words.ts'
import { freeMail, freeWaitingMail } from './mails.ts'
import { knownPlaces, type MailKind } from './kinds.ts'
import type { BothWords } from './model.ts'

/** What organisers write as they like: nothing of it has to be there. */
const isFree = ({ mail }: MailKind): boolean => mail.name === freeMail.name || mail.name === freeWaitingMail.name

/**
 * What is wrong with words for a kind: braces that are none of its places, with the line and the names that there are;
 * half of a pair; a place that the mail cannot do without. A language with neither subject nor body is left as built in.
 */
export function faultsOf(kind: MailKind, words: BothWords): Issue[] {
  const known = knownPlaces(kind)
  const shown = known.map((name) => `{${name}}`).join(' ')
  return locales.flatMap((locale): Issue[] => {
    const text = words[locale]
    if (text.subject === '' && text.body === '') return []
    if (text.subject === '' || text.body === '') {
      return [{ path: `${locale}.${text.subject === '' ? 'subject' : 'body'}`, code: 'field.required' }]
    }
    const [unknown] = checkWords(text, known)
    if (unknown) {
      const path = `${locale}.${unknown.line === 0 ? 'subject' : 'body'}`
      return [{ path, code: 'message.place_unknown', params: { line: unknown.line || 1, found: unknown.found, known: shown } }]
    }
    const missing = isFree(kind) ? undefined : kind.needs.find((name) => !text.body.includes(`{${name}}`))
    return missing ? [{ path: `${locale}.body`, code: 'message.place_missing', params: { found: `{${missing}}` } }] : []
  })
}
