import { z } from 'zod'

/** The languages of the interface, the first one being the fall-back. */
export const locales = ['zh', 'en'] as const
export type Locale = (typeof locales)[number]

/** A text that an organiser wrote, in Chinese, in English or in both. */
export interface Text {
  zh?: string | undefined
  en?: string | undefined
}

/** Letters that turn or hide text when shown (bidirectional controls, zero-width, C0/C1, non-characters), but not line feed and tab. */
// oxlint-disable-next-line no-control-regex
const HIDDEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\u061c\ufeff\ufff9-\ufffb\ufffe\uffff]/g

/** Words of plain letters with one blank between them: what most fields hold, and what no rule below would change. */
const PLAIN = /^[!-~\u4e00-\u9fff]+(?: [!-~\u4e00-\u9fff]+)*$/

/** One line as typed, made safe to show and to store: NFC, surrogates in pairs, hidden controls dropped, spaces folded, trimmed. */
export function cleanLine(typed: string): string {
  if (PLAIN.test(typed)) return typed
  return typed.toWellFormed().normalize('NFC').replace(HIDDEN, '').replace(/\s+/g, ' ').trim()
}

/** Several lines as typed, made safe to show and to store: NFC, surrogates in pairs, hidden controls dropped, line ends unified, trimmed. */
export function cleanLines(typed: string): string {
  if (PLAIN.test(typed)) return typed
  const lines = typed.toWellFormed().normalize('NFC').replace(/\r\n?/g, '\n').replace(HIDDEN, '').split('\n')
  // Not by a pattern: one for blanks at a line's end takes minutes over a megabyte of blanks in its middle.
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .trim()
}

/** A required line of 1 to `max` characters. */
export const line = (max = 200) => z.string().transform(cleanLine).pipe(z.string().min(1).max(max))
/** A line that may be empty. */
export const optionalLine = (max = 200) => z.string().default('').transform(cleanLine).pipe(z.string().max(max))
/** Several lines that may be empty. */
export const optionalLines = (max = 20_000) => z.string().default('').transform(cleanLines).pipe(z.string().max(max))

/** A text in one or both languages; at least one is filled. */
export const textSchema = (max = 200) =>
  z
    .object({ zh: optionalLine(max), en: optionalLine(max) })
    .refine((t) => t.zh !== '' || t.en !== '', { path: ['zh'], params: { code: 'field.required' } })
    .transform(compactText)
/** A text in one or both languages; both may be empty. */
export const optionalTextSchema = (max = 200) =>
  z
    .object({ zh: optionalLine(max), en: optionalLine(max) })
    .partial()
    .default({})
    .transform(compactText)
/** Paragraphs (Markdown) in one or both languages; both may be empty. */
export const optionalProseSchema = (max = 20_000) =>
  z
    .object({ zh: optionalLines(max), en: optionalLines(max) })
    .partial()
    .default({})
    .transform(compactText)

function compactText(text: Text): Text {
  const out: Text = {}
  if (text.zh) out.zh = text.zh
  if (text.en) out.en = text.en
  return out
}

/** The text in the reader's language, else in the other one, else ''. */
export function pickText(text: Text | null | undefined, locale: Locale): string {
  if (!text) return ''
  return (locale === 'en' ? text.en || text.zh : text.zh || text.en) ?? ''
}

/** Any language name asked for, as one that we have; unknown ones become Chinese. */
export function asLocale(asked: string | null | undefined): Locale {
  return asked?.toLowerCase().startsWith('en') ? 'en' : 'zh'
}

/** Fills `{name}` places of a sentence; unknown places stay as they are, also `{constructor}`; values are not interpreted. */
export function fill(sentence: string, params: Readonly<Record<string, unknown>> = {}): string {
  return sentence.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined
    return value === undefined || value === null ? place : String(value)
  })
}

/** A URL-friendly name from a text: lower-case Latin letters, digits and single hyphens; may be ''. */
export function slugify(text: string, max = 60): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, max)
    .replace(/-+$/, '')
}

/** A name in a URL: 2 to 60 of a–z, 0–9 and hyphens, not at the ends. */
export const slugSchema = z
  .string()
  .transform((s) => s.trim().toLowerCase())
  .pipe(z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])$/, { error: 'field.slug' }))
