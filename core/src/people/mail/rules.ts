import { cleanLine, cleanLines, fill, type Locale } from '#core/kernel/text.ts'
import type { MailLink, MailTemplate, MailText } from './model.ts'

/** A link to one of our own pages, on the configured public address (never on a request's Host header). */
export function ownLink(settings: { publicUrl: string }, path: string): MailLink {
  if (!/^\/(?!\/)[\w\-./~?=&%]*$/.test(path)) throw new TypeError(`not a path of ours: ${path}`)
  return { href: settings.publicUrl + path }
}

/** A web address that organisers entered (a live stream, a map); attendees' words never become links. */
export function webLink(address: string): MailLink {
  const url = new URL(address)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new TypeError(`not a web address: ${url.protocol}`)
  return { href: url.href }
}

/**
 * Fills a mail. Every value is plain text: hidden controls are dropped, the subject stays one line whatever a name holds,
 * and an address typed into a name is broken, so that mail programs do not turn it into a link that we seem to send.
 */
export function composeMail(
  mail: Pick<MailTemplate, Locale>,
  locale: Locale,
  values: Readonly<Record<string, string | number | MailLink>>,
): MailText {
  const shown = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, show(value)]))
  const { subject, body } = mail[locale]
  const kept = body.split('\n').filter((row) => !isEmptied(row, shown))
  return {
    subject: cleanLine(fill(subject, shown)).slice(0, 200),
    body: cleanLines(fill(kept.join('\n'), shown).replace(/\n{3,}/g, '\n\n')),
  }
}

function show(value: string | number | MailLink): string {
  if (typeof value === 'number') return String(value)
  if (typeof value === 'object') return value.href
  return cleanLines(value)
    .replace(/:\/\//g, '：//')
    .replace(/\bwww\./gi, 'www．')
}

/** True for a row that has places and all of them are empty. */
function isEmptied(row: string, shown: Readonly<Record<string, string>>): boolean {
  const places = [...row.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')
  return places.length > 0 && places.every((name) => shown[name] === '')
}

/** Replies of the 500s will not change by asking again (RFC 5321 §4.2.1); everything else may. */
export function isPermanent(error: unknown): boolean {
  return error instanceof Error && 'responseCode' in error && typeof error.responseCode === 'number' && error.responseCode >= 500
}

/** How often a mail is tried before it is given up; the queue's pauses grow from 15 s to about half an hour. */
export const MAX_ATTEMPTS = 8
