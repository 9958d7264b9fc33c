import { fill, pickText, type Locale } from '#core/kernel/text.ts'
import { span } from '#core/stage/sentences.ts'
import { escapeAddress, escapeMarkdown } from './markdown-text.ts'
import type { RecapFacts, RecapItem, RecapRecording } from './recap.model.ts'
import { recapWords, type RecapWords } from './recap.words.ts'

/** From when on running over is worth a line; ending early hurts nobody and is told from five minutes on. */
const OVER_SECONDS = 60
const EARLY_SECONDS = 300

/** The account of the day: every item in order of time, with who spoke, how it ran and what can be heard. */
export function dayLines(facts: RecapFacts, locale: Locale): string[] {
  const words = recapWords[locale]
  const plain = plainNames(facts)
  const lines = facts.items.flatMap((item) => itemLines(item, locale, facts.timeZone, words, plain))
  const dropped = facts.dropped.map(({ title, why }) => fill(words[why], { title: escapeMarkdown(pickText(title, locale)) }))
  return [...lines, ...(dropped.length > 0 ? ['', dropped.join(' ')] : [])]
}

function itemLines(item: RecapItem, locale: Locale, timeZone: string, words: RecapWords, plain: ReadonlySet<string>): string[] {
  const title = escapeMarkdown(pickText(item.title, locale))
  const head = item.href === '' ? title : `[${title}](${escapeAddress(item.href)})`
  return [
    `- ${item.at ? `**${clock(item.at, timeZone)}** ` : ''}${head}`,
    ...speakerLines(item, locale, words),
    ...overrunLines(item, locale, words),
    ...(pickText(item.note, locale) === '' ? [] : [escapeMarkdown(pickText(item.note, locale))]),
    ...(item.slidesUrl === '' ? [] : [`[${words.slides}](${escapeAddress(item.slidesUrl)})`]),
    ...item.recordings.map((r) => words.recording + recordingLink(r, plain)),
  ].map((text, i) => (i === 0 ? text : `    - ${text}`))
}

function speakerLines(item: RecapItem, locale: Locale, words: RecapWords): string[] {
  return item.speakers.map(({ name, affiliation }) =>
    [name, pickText(affiliation, locale)].filter(Boolean).map(escapeMarkdown).join(words.comma),
  )
}

function overrunLines({ overrunSeconds }: RecapItem, locale: Locale, words: RecapWords): string[] {
  if (overrunSeconds === null) return []
  const said = span(overrunSeconds)[locale]
  if (overrunSeconds >= OVER_SECONDS) return [`**${fill(words.over, { span: said })}**`]
  return overrunSeconds <= -EARLY_SECONDS ? [fill(words.early, { span: said })] : []
}

/** Names that can stand in square brackets alone: no letters that mean something, and no twin that differs by case only. */
function plainNames({ items }: Pick<RecapFacts, 'items'>): ReadonlySet<string> {
  const names = items.flatMap((item) => item.recordings.map((r) => r.name))
  const twice = (name: string): boolean => names.filter((n) => n.toLowerCase() === name.toLowerCase()).length > 1
  return new Set(names.filter((name) => /^[\p{L}\p{N}._ -]+$/u.test(name) && !twice(name)))
}

/** `[name]`, its address far below: the account stays readable while it is edited. */
function recordingLink({ name, href }: RecapRecording, plain: ReadonlySet<string>): string {
  return plain.has(name) ? `[${name}]` : `[${escapeMarkdown(name)}](${escapeAddress(href)})`
}

/** The addresses of the recordings that the account names, to stand at its very end. */
export function recordingAddresses(facts: Pick<RecapFacts, 'items'>): string[] {
  const plain = plainNames(facts)
  return facts.items.flatMap((item) => item.recordings.filter((r) => plain.has(r.name)).map((r) => `[${r.name}]: ${escapeAddress(r.href)}`))
}

/** 13:38 in the event's time zone. */
export function clock(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at)
}
