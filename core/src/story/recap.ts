import { localDay } from '#core/community/rules.ts'
import { dateLine } from '#core/kernel/documents/dates.ts'
import { fill, pickText, type Locale } from '#core/kernel/text.ts'
import { isTalk } from '#core/programme/model.ts'
import { partnersByKind, thanksFor } from '#core/partners/rules.ts'
import { escapeAddress, escapeMarkdown } from './markdown-text.ts'
import { clock, dayLines, recordingAddresses } from './recap.day.ts'
import type { RecapFacts } from './recap.model.ts'
import { recapWords } from './recap.words.ts'

/** The recap (纪实) of an event as Markdown, from nothing but the facts. Pure. */
export function writeRecap(facts: RecapFacts, locale: Locale): { title: string; body: string } {
  const words = recapWords[locale]
  const section = (heading: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : [`## ${heading}`, '', ...lines, ''])
  const day = dayLines(facts, locale)
  const lines = [
    ...opening(facts, locale),
    ...section(
      words.road,
      facts.road.map((step) => `- **${dayLabel(step.day, locale, facts)}** ${step.text[locale]}`),
    ),
    ...section(words.chronicle, day.length === 0 ? [] : [words.lead, '', ...day]),
    ...section(words.numbers, numberLines(facts, locale)),
    ...section(words.thanks, thanksLines(facts, locale)),
    ...section(
      words.next,
      facts.next.map(({ text, href }) => `- ${href === '' ? text[locale] : `[${text[locale]}](${escapeAddress(href)})`}`),
    ),
    ...recordingAddresses(facts),
  ]
  return { title: fill(words.title, { name: pickText(facts.name, locale) }), body: `${lines.join('\n').trim()}\n` }
}

function opening(facts: RecapFacts, locale: Locale): string[] {
  const words = recapWords[locale]
  const text = (value: RecapFacts['name']): string => escapeMarkdown(pickText(value, locale))
  const start = localDay(facts.startsAt, facts.timeZone)
  const end = localDay(facts.endsAt, facts.timeZone)
  const date = dateLine({ start, ...(end === start ? {} : { end }), time: '' }, locale)
  const parts = [text(facts.city), text(facts.venue)].filter(Boolean)
  const place =
    locale === 'zh'
      ? aired(parts.reduce((all, part) => all + (isLatin(all.at(-1)) !== isLatin(part[0]) && all !== '' ? ' ' : '') + part, ''))
      : parts.join(', ')
  const name = locale === 'zh' ? aired(text(facts.name)).trimStart() : text(facts.name)
  const first = fill(words.opening, { date, name, place: place || '…' })
  const note = text(facts.venueNote)
  const purpose = text(facts.purpose)
  return [
    `${first}${note === '' ? '' : `${locale === 'zh' ? '' : ' '}${withStop(note, words.stop)}`}`,
    '',
    ...(purpose === '' ? [] : [withStop(fill(words.purpose, { purpose }), words.stop), '']),
  ]
}

function numberLines(facts: RecapFacts, locale: Locale): string[] {
  const words = recapWords[locale]
  const number = new Intl.NumberFormat(locale === 'zh' ? 'zh-CN' : 'en-GB')
  const n = (value: number): string => number.format(value)
  const lines: string[] = []
  if (facts.registered > 0) {
    const entrances = facts.channels
      .filter((c) => c.registered > 0)
      .map((c) =>
        c.name
          ? `${escapeMarkdown(pickText(c.name, locale))} ${n(c.registered)}${locale === 'zh' ? ' 人' : ''}`
          : fill(words.ownPage, { count: n(c.registered) }),
      )
    const by = entrances.length > 1 ? fill(words.channels, { list: entrances.join(words.comma) }) : ''
    const gone = facts.cancelled > 0 ? fill(words.cancelledCount, { count: n(facts.cancelled) }) : ''
    lines.push(fill(words.registered, { count: n(facts.registered) }) + by + gone)
  }
  if (facts.came > 0) {
    const share = facts.registered > 0 ? fill(words.share, { percent: Math.round((facts.came / facts.registered) * 100) }) : ''
    const halves =
      facts.halves.length > 1
        ? words.colon + facts.halves.map((h) => fill(words.halves[h.list] ?? '', { count: n(h.came) })).join(words.comma)
        : ''
    lines.push(fill(words.came, { count: n(facts.came) }) + share + halves)
  }
  for (const f of facts.figures) {
    const where = f.platform === '' ? '' : `${escapeMarkdown(f.platform)} `
    lines.push(
      f.metric === 'head_count'
        ? fill(words.counted, { time: clock(f.at, facts.timeZone), value: n(f.value) })
        : `${where}${f.what[locale]} **${n(f.value)}**`,
    )
  }
  const talks = facts.items.filter(isTalk)
  const speakers = new Set(talks.flatMap((i) => i.speakers.map((s) => s.name)))
  if (talks.length > 0) lines.push(fill(words.talks, { talks: n(talks.length), speakers: n(speakers.size) }))
  if (facts.recordings > 0) lines.push(fill(words.recordings, { count: n(facts.recordings) }))
  const helpers = new Set(facts.helpers.flatMap((h) => h.names))
  if (helpers.size > 0) lines.push(fill(words.helpers, { count: n(helpers.size) }))
  return lines.map((text) => `- ${text}`)
}

/** Partners by what they gave, each kind in a sentence, then the volunteers by what they did. */
function thanksLines(facts: RecapFacts, locale: Locale): string[] {
  const words = recapWords[locale]
  const told = new Set<string>()
  const lines = partnersByKind(facts.partners).flatMap(({ kind, partners }) => {
    const givers = partners.map((partner) => {
      const what = escapeMarkdown(pickText(partner.what, locale))
      // What somebody gave is told once: with what they gave besides money, when there is something.
      const here = what !== '' && !told.has(partner.name) && (kind !== 'cash' || partner.kinds.length === 1)
      if (here) told.add(partner.name)
      return {
        name: escapeMarkdown(partner.name) + (here ? (locale === 'zh' ? `（${what}）` : ` (${what})`) : ''),
        state: 'received' as const,
        kinds: [kind],
      }
    })
    return thanksFor(givers, locale).map((thanks) => thanks.text)
  })
  const helpers = facts.helpers.map(({ duty, names }) => `${words.duties[duty] ?? ''} ${names.map(escapeMarkdown).join(words.list)}`)
  return [...lines, ...(helpers.length > 0 ? [words.volunteers + helpers.join(words.semicolon) + words.stop] : [])].map(
    (text) => `- ${text}`,
  )
}

const isLatin = (letter: string | undefined): boolean => /^[A-Za-z0-9]$/.test(letter ?? '')

/** A name inside a Chinese sentence: a space where Latin letters would touch Chinese ones; the name itself is not changed. */
function aired(name: string): string {
  return `${isLatin(name[0]) ? ' ' : ''}${name}${isLatin(name.at(-1)) ? ' ' : ''}`
}

/** 4月10日 or 10 April; with the year when it is not the event's. */
function dayLabel(day: string, locale: Locale, facts: Pick<RecapFacts, 'startsAt' | 'timeZone'>): string {
  const sameYear = day.slice(0, 4) === localDay(facts.startsAt, facts.timeZone).slice(0, 4)
  return longDay(day, locale, !sameYear)
}

/** 2019年4月10日, 10 April 2019. */
export function longDay(day: string, locale: Locale, withYear = true): string {
  return longDays[withYear ? (`${locale}+` as const) : locale].format(new Date(`${day}T00:00:00Z`))
}

const longFormat = (locale: string, withYear: boolean): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat(locale, { timeZone: 'UTC', month: 'long', day: 'numeric', ...(withYear ? { year: 'numeric' } : {}) })
const longDays = {
  zh: longFormat('zh-CN', false),
  'zh+': longFormat('zh-CN', true),
  en: longFormat('en-GB', false),
  'en+': longFormat('en-GB', true),
} as const

function withStop(text: string, stop: string): string {
  return /[。！？.!?…]$/.test(text) ? text : text + stop
}
