import type { Community, Event } from '#core/community/model.ts'
import { momentAt } from '#core/community/rules.ts'
import { pickText, type Locale } from '#core/kernel/text.ts'
import { composeLetter, mark, type Letter } from '#core/people/mail/letter.ts'
import type { MailLink, MailTemplate } from '#core/people/mail/model.ts'
import { ownLink } from '#core/people/mail/rules.ts'
import { withWords, type ChangedWords } from '#core/people/mail/words.ts'
import type { Context } from '#core/store/context.ts'
import { eventCalendar } from '../calendar.ts'
import { whenLine } from '../mails.ts'
import { asWords, type PlannedMessage } from './model.ts'
import { calledOffMail, changedMail, freeMail, freeWaitingMail, reconfirmMail, reminderMail } from './mails.ts'
import { answerUntil } from './plan.rules.ts'

/** The kind of mail by which a message goes out. */
export const mailOf: Readonly<Record<PlannedMessage['kind'], MailTemplate>> = {
  reminder: reminderMail,
  reconfirm: reconfirmMail,
  reconfirm_again: reconfirmMail,
  changed: changedMail,
  called_off: calledOffMail,
  free: freeMail,
}

/** The kind of mail of one message: who waits holds no ticket to speak of. */
export const mailFor = ({ kind, audience }: Pick<PlannedMessage, 'kind' | 'audience'>): MailTemplate =>
  kind === 'free' && audience === 'waiting' ? freeWaitingMail : mailOf[kind]

/** What a letter is about. */
export interface Occasion {
  community: Community
  event: Event
  message: Pick<PlannedMessage, 'kind' | 'audience' | 'changes' | 'subject' | 'body'>
  /** The event's question whether people come, when it asks. */
  asking: PlannedMessage | null
  /** As organisers changed them for all mails of the kind. */
  words: ChangedWords
}

/** What stands in a mail for one receiver. */
export interface OwnWords {
  name: string
  code: string
  ticket: MailLink
  coming: MailLink
  not_coming: MailLink
}

/** The own words of a booking; `path` is its personal link. The links only open a page, its buttons answer. */
export function ownWords(ctx: Pick<Context, 'settings'>, { name, code, path }: { name: string; code: string; path: string }): OwnWords {
  return {
    name,
    code,
    ticket: ownLink(ctx.settings, path),
    coming: ownLink(ctx.settings, `${path}?answer=yes`),
    not_coming: ownLink(ctx.settings, `${path}?answer=no`),
  }
}

const RULES = {
  keep: { zh: '没有回复也不影响您的名额。', en: 'Without an answer you keep your seat.' },
  remind: { zh: '没有回复的话，我们会再问一次。', en: 'Without an answer we ask once more.' },
  release: {
    zh: '到时没有回复，名额会让给候补的人。',
    en: 'Without an answer by then, your seat goes to those who wait.',
  },
} as const

/** `12月3日 10:00`, in the event's time zone. */
export function untilLine(at: Date, timeZone: string, locale: Locale): string {
  const options = { timeZone, month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  return new Intl.DateTimeFormat(locale === 'zh' ? 'zh-CN' : 'en-GB', options).format(at)
}

/** The values that all receivers of a language share. */
export function sharedValues(ctx: Pick<Context, 'settings'>, occasion: Occasion, locale: Locale): Record<string, string | MailLink> {
  const { community, event, message, asking } = occasion
  const { silent, until } = askingOf(asking, event)
  const off = event.state === 'postponed' ? { zh: '延期', en: 'postponed' } : { zh: '取消', en: 'cancelled' }
  return {
    event: pickText(event.name, locale),
    when: whenLine(event, locale),
    where: [pickText(event.venue, locale), pickText(event.address, locale)].filter(Boolean).join(' · '),
    way: pickText(event.venueNote, locale),
    community: pickText(community.name, locale),
    page: ownLink(ctx.settings, `/${community.slug}/${event.slug}`),
    until: untilLine(until, event.timeZone, locale),
    rule: RULES[silent][locale],
    state: off[locale],
    changes: changesLines(message.changes, locale),
  }
}

function askingOf(asking: PlannedMessage | null, event: Event): { silent: PlannedMessage['silent']; until: Date } {
  const until = asking && answerUntil(asking, event)
  // An example shows what the form begins with.
  return { silent: asking?.silent ?? 'keep', until: until ?? momentAt(event.startsAt.toISOString().slice(0, 10), '10:00', event.timeZone) }
}

const FIELDS = {
  when: { zh: '时间', en: 'When' },
  where: { zh: '地点', en: 'Where' },
  state: { zh: '状态', en: 'State' },
} as const

/** One row a field: `地点：图书馆 → 市民中心`. */
export function changesLines(changes: PlannedMessage['changes'], locale: Locale): string {
  const colon = locale === 'zh' ? '：' : ': '
  return changes
    .map(({ field, from, to }) => `${FIELDS[field][locale]}${colon}${pickText(from, locale) || '—'} → ${pickText(to, locale) || '—'}`)
    .join('\n')
}

/** The words of a message: its own, else the changed, else the built-in ones. A free one has only its own, in either language. */
export function templateOf({ message, words }: Pick<Occasion, 'message' | 'words'>): MailTemplate {
  const own = asWords(message)
  const template = withWords(mailFor(message), words)
  if (message.kind !== 'free') return { ...template, ...own }
  const [zh, en] = [own.zh ?? own.en, own.en ?? own.zh]
  return { ...template, ...(zh ? { zh } : {}), ...(en ? { en } : {}) }
}

/** Messages that tell of the date carry the calendar entry in its newest version. */
const WITH_CALENDAR: readonly PlannedMessage['kind'][] = ['changed', 'called_off', 'reminder']

function calendarOf(ctx: Pick<Context, 'settings'>, { community, event, message }: Occasion, locale: Locale, url: string): string | null {
  if (!WITH_CALENDAR.includes(message.kind)) return null
  const cancelled = message.kind === 'called_off'
  return eventCalendar({
    community,
    event,
    locale,
    url: cancelled ? `${ctx.settings.publicUrl}/${community.slug}/${event.slug}` : url,
    cancelled,
  })
}

/** The letter of a message in one language, with marks where each mail's own words go. */
export function letterOf(ctx: Pick<Context, 'settings'>, occasion: Occasion, locale: Locale): Letter {
  const marks = Object.fromEntries(['name', 'code', 'ticket', 'coming', 'not_coming', 'waiting'].map((name) => [name, mark(name)]))
  const values = { ...sharedValues(ctx, occasion, locale), ...marks }
  return composeLetter(templateOf(occasion), locale, values, calendarOf(ctx, occasion, locale, mark('ticket').href))
}
