import { createHash } from 'node:crypto'
import { formatUuid } from '#core/kernel/ids.ts'
import { cleanLine, cleanLines, type Locale } from '#core/kernel/text.ts'
import type { MailLink, MailTemplate, MailText } from './model.ts'
import { composeMail } from './rules.ts'

// Many mails of one kind differ in a few words only. The letter is written once, with marks; each mail keeps its words.

/** Letters of the private use area around a mark's name; they are taken out of everything that people typed. */
const MARKS = /\uf8f0(\w+)\uf8f1/g
export const TYPED_MARKS = /[\uf8f0\uf8f1]/g

/** A mark in a letter, for values that differ from mail to mail. */
export function mark(name: string): MailLink {
  return { href: `\uf8f0${name}\uf8f1` }
}

/** Subject, body and calendar of many mails, with marks. */
export interface Letter extends MailText {
  /** Made from its content: the same letter has the same id. */
  id: string
  calendar: string | null
}

/** Writes a letter; values that are `mark(…)` stay open. `calendar` may hold marks, too. */
export function composeLetter(
  mail: Pick<MailTemplate, Locale>,
  locale: Locale,
  values: Readonly<Record<string, string | number | MailLink>>,
  calendar: string | null,
): Letter {
  const clean = Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value.replace(TYPED_MARKS, '') : value])
  const text = composeMail(mail, locale, Object.fromEntries(clean))
  const hash = createHash('sha256')
    .update(JSON.stringify([text.subject, text.body, calendar]))
    .digest()
  return { id: formatUuid(hash.subarray(0, 16)), ...text, calendar }
}

/** A mail's words as they are kept for its letter's marks: as safe as in `composeMail`. */
export function wordsOf(words: Readonly<Record<string, string | MailLink>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(words).map(([name, word]) => [
      name,
      typeof word === 'string'
        ? cleanLines(word)
            .replace(TYPED_MARKS, '')
            .replace(/:\/\//g, '：//')
            .replace(/\bwww\./gi, 'www．')
        : word.href,
    ]),
  )
}

/** One mail of a letter. */
export function fillLetter(letter: Omit<Letter, 'id'>, words: Readonly<Record<string, string>>): MailText & { calendar: string | null } {
  const put = (text: string): string => text.replace(MARKS, (_, name: string) => (Object.hasOwn(words, name) ? (words[name] ?? '') : ''))
  return {
    subject: cleanLine(put(letter.subject)).slice(0, 200),
    body: put(letter.body),
    calendar: letter.calendar === null ? null : fold(put(letter.calendar.replace(/\r\n[ \t]/g, ''))),
  }
}

/** Lines of at most 75 octets, as iCalendar wants them (RFC 5545 §3.1). */
function fold(text: string): string {
  return text
    .split('\r\n')
    .map((row) => {
      let [out, size] = ['', 0]
      for (const letter of row) {
        const bytes = Buffer.byteLength(letter)
        if (size + bytes > 75) [out, size] = [`${out}\r\n `, 1]
        out += letter
        size += bytes
      }
      return out
    })
    .join('\r\n')
}
