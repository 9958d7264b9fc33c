import { asLocale, locales, type Locale } from '#core/kernel/text.ts'
import type { Db } from '#core/store/database.ts'
import { keptRows } from '#core/store/kept-plans.ts'
import { INSTALLATION, type MailTemplate, type MailText } from './model.ts'

/** The words that organisers gave a kind of mail, by language; what is missing is as built in. */
export type ChangedWords = Readonly<Partial<Record<Locale, MailText>>>

/**
 * The changed words of a kind of mail: the event's own before those of its community. One look-up by its index; whoever
 * writes many mails of a kind asks once.
 */
export async function changedWords(db: Db, communityId: string, eventId: string | null, kind: string): Promise<ChangedWords> {
  if (communityId === INSTALLATION) return {}
  const query = db
    .selectFrom('messageTemplate')
    .select(['locale', 'eventId', 'subject', 'body'])
    .where('communityId', '=', communityId)
    .where('kind', '=', kind)
    .where((eb) => (eventId === null ? eb('eventId', 'is', null) : eb.or([eb('eventId', 'is', null), eb('eventId', '=', eventId)])))
  const rows = await keptRows(db, query)
  const words: Partial<Record<Locale, MailText>> = {}
  for (const own of [false, true])
    for (const { locale, eventId: of, subject, body } of rows) if ((of !== null) === own) words[asLocale(locale)] = { subject, body }
  return words
}

/** A kind of mail in the words that are in force. */
export function withWords(mail: MailTemplate, words: ChangedWords): MailTemplate {
  return { name: mail.name, zh: words.zh ?? mail.zh, en: words.en ?? mail.en }
}

/** What is wrong with a changed text: the row (from 1, of the body; 0 is the subject) and what stands there. */
export interface WordsFault {
  line: number
  /** What stands in braces and is no place of this kind, as it was typed. */
  found: string
}

/**
 * Looks for braces that are none of the known places. Only whole names of the list pass: no paths into things, no
 * formats, no lone brace; so a text that passes can show nothing but the values that the kind has.
 */
export function checkWords(text: MailText, known: readonly string[]): WordsFault[] {
  return [text.subject, ...text.body.split('\n')].flatMap((row, line) =>
    [...row.matchAll(/\{[^{}]*\}?|\}/g)]
      .map((match) => match[0])
      .filter((found) => !known.some((name) => found === `{${name}}`))
      .map((found) => ({ line, found: found.slice(0, 60) })),
  )
}

/** The places that a kind's built-in words have, in the order of their first use. */
export function placesOf(mail: MailTemplate): string[] {
  const all = locales.map((locale) => `${mail[locale].subject}\n${mail[locale].body}`).join('\n')
  return [...new Set([...all.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''))]
}
