import { findCommunity } from '#core/community/store.ts'
import { requireEvent } from '#core/community/actions.ts'
import type { Community, Event } from '#core/community/model.ts'
import { authorise } from '#core/community/permissions.ts'
import { fail, KaichangError } from '#core/kernel/errors.ts'
import { newId, normaliseCode } from '#core/kernel/ids.ts'
import { locales, type Locale } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import { queueMail } from '#core/people/mail/actions.ts'
import type { MailLink, MailText } from '#core/people/mail/model.ts'
import { composeMail } from '#core/people/mail/rules.ts'
import { findPerson } from '#core/people/person/store.ts'
import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import { findRegistrationByCode } from '../store.ts'
import { sharedValues } from './compose.ts'
import { messagesJournal } from './journal.ts'
import { exampleValues, findKind, knownPlaces, mailKinds, type MailKind } from './kinds.ts'
import { placeMeanings } from './places.ts'
import { bothWordsSchema, type BothWords, type BothWordsInput, type Change } from './model.ts'
import { listMessages } from './store.ts'
import { faultsOf } from './words.rules.ts'
import { countTests, deleteWords, insertWords, listWords, lockWords, updateWords, type SavedWords } from './words.store.ts'

/** Whose words: this event's alone, or those of all the community's events. */
export type Scope = 'event' | 'community'

/** Every kind of mail and in which languages its words were changed, for the event or for the community. */
export async function readKinds(
  ctx: Context,
  communityId: string,
  eventId: string,
): Promise<(MailKind & { event: Locale[]; community: Locale[] })[]> {
  authorise(ctx.actor, 'mail.view', { communityId, eventId })
  const saved = await listWords(ctx.db, communityId, eventId)
  return mailKinds.map((kind) => {
    const own = saved.filter((one) => one.kind === kind.mail.name)
    const of = (whole: boolean): Locale[] => own.filter((one) => (one.eventId === null) === whole).map((one) => one.locale)
    return { ...kind, event: of(false), community: of(true) }
  })
}

/** What stands in one scope, or would by the scope above it. */
export interface WordsView {
  text: MailText
  /** Null: nothing changed here. */
  revision: number | null
}

/** One kind with its words as they stand in a scope. Errors: thing.not_found. */
export async function readWords(
  ctx: Context,
  communityId: string,
  eventId: string,
  name: string,
  scope: Scope,
): Promise<{ kind: MailKind; words: Record<Locale, WordsView> }> {
  authorise(ctx.actor, 'mail.view', { communityId, eventId })
  const kind = requireKind(name)
  const saved = await listWords(ctx.db, communityId, eventId, name)
  const view = (locale: Locale): WordsView => {
    const own = pick(saved, locale, scope)
    const above = scope === 'event' ? pick(saved, locale, 'community') : undefined
    const { subject, body } = own ?? above ?? kind.mail[locale]
    return { text: { subject, body }, revision: own?.revision ?? null }
  }
  return { kind, words: { zh: view('zh'), en: view('en') } }
}

const pick = (saved: readonly SavedWords[], locale: Locale, scope: Scope): SavedWords | undefined =>
  saved.find((one) => one.locale === locale && (one.eventId === null) === (scope === 'community'))

function requireKind(name: string): MailKind {
  const kind = findKind(name)
  if (!kind) throw fail('thing.not_found')
  return kind
}

/** The revision of each language that a form was opened with; null: nothing was changed there. */
export type WordsOpened = Partial<Record<Locale, number | null>>

/**
 * Changes the words of a kind of mail, for one event or for the whole community (`eventId` null). A pair that is empty or
 * as built in is taken away. Errors: input.invalid (message.place_unknown with line and known names, message.place_missing),
 * message.words_changed (somebody else saved since `opened`), thing.not_found.
 */
export async function setWords(
  ctx: Context,
  communityId: string,
  eventId: string | null,
  name: string,
  input: BothWordsInput,
  opened: WordsOpened = {},
): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const kind = requireKind(name)
  const words = checked(kind, input)
  await transact(ctx, async (tx) => {
    if (eventId !== null) await requireEvent(ctx, tx.db, communityId, eventId)
    const now = ctx.clock.now()
    const languages: Locale[] = []
    for (const locale of locales) {
      const saved = await lockWords(tx.db, communityId, eventId, name, locale)
      const known = opened[locale]
      if (known !== undefined && known !== (saved?.revision ?? null)) throw fail('message.words_changed')
      const text = words[locale]
      const builtIn = same(text, kind.mail[locale]) || (text.subject === '' && text.body === '')
      const above = eventId === null || !builtIn ? undefined : await lockWords(tx.db, communityId, null, name, locale)
      // The built-in words are words of an event's own where its community has others.
      if (builtIn && !(above && same(text, kind.mail[locale]))) {
        if (saved) languages.push(locale)
        await deleteWords(tx.db, communityId, eventId, name, locale)
      } else if (!saved) {
        const row = { communityId, id: newId(ctx), eventId, kind: name, locale, ...text, changedAt: now }
        if (!(await insertWords(tx.db, row))) throw fail('message.words_changed')
        languages.push(locale)
      } else if (!same(text, saved)) {
        await updateWords(tx.db, communityId, saved.id, { ...text, revision: saved.revision + 1, changedAt: now })
        languages.push(locale)
      }
    }
    if (languages.length === 0) return
    const subject = { communityId, eventId, kind: 'mail', id: eventId ?? communityId }
    tx.journal(messagesJournal.words_changed, subject, { mail: name, languages, whole: eventId === null })
  })
}

const same = (a: MailText, b: MailText): boolean => a.subject === b.subject && a.body === b.body

function checked(kind: MailKind, input: BothWordsInput): BothWords {
  const words = parseInput(bothWordsSchema, input)
  const faults = faultsOf(kind, words)
  if (faults.length > 0) throw new KaichangError('input.invalid', {}, faults)
  return words
}

/** Back to the built-in words (for an event: to those of its community). Errors: thing.not_found. */
export async function resetWords(ctx: Context, communityId: string, eventId: string | null, name: string): Promise<void> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  requireKind(name)
  await transact(ctx, async (tx) => {
    if ((await deleteWords(tx.db, communityId, eventId, name)) === 0) return
    const subject = { communityId, eventId, kind: 'mail', id: eventId ?? communityId }
    tx.journal(messagesJournal.words_reset, subject, { mail: name, whole: eventId === null })
  })
}

/** A mail in both languages as it will be; '' where it would go out in the other language. */
export type Preview = Record<Locale, MailText>

export interface PreviewOptions {
  /** Short code of the booking whose name and code are shown; '' or null: an example. */
  code?: string | null
  changes?: Change[]
}

/**
 * A kind's words filled in, in both languages: with an example, or with a real booking's values. Personal links are cut
 * short: they are their holders' alone. Nothing is saved or sent. Errors as in `setWords`; thing.not_found for a code
 * that the event has not given out.
 */
export async function previewWords(
  ctx: Context,
  communityId: string,
  eventId: string,
  name: string,
  input: BothWordsInput,
  { code = null, changes = [] }: PreviewOptions = {},
): Promise<Preview> {
  authorise(ctx.actor, 'mail.view', { communityId, eventId })
  const kind = requireKind(name)
  const words = checked(kind, input)
  const { community, event } = await requireBoth(ctx, communityId, eventId)
  const known = knownPlaces(kind)
  const asking = (await listMessages(ctx.db, communityId, eventId)).find((one) => one.kind === 'reconfirm') ?? null
  const message = { kind: 'free', audience: 'registered', changes, subject: {}, body: {} } as const
  const fill = async (locale: Locale): Promise<MailText> => {
    const shared = sharedValues(ctx, { community, event, message, asking, words: {} }, locale)
    // Without a change there is none to show.
    if (changes.length === 0) shared['changes'] = placeMeanings['changes']?.example[locale] ?? ''
    const own = code ? await bookingValues(ctx, communityId, eventId, code) : {}
    const text = words[locale].body === '' ? kind.mail[locale] : words[locale]
    return composeMail({ zh: text, en: text }, locale, { ...exampleValues(known, locale), ...shared, ...cutLinks(ctx), ...own })
  }
  return { zh: await fill('zh'), en: await fill('en') }
}

function cutLinks(ctx: Pick<Context, 'settings'>): Record<string, MailLink> {
  const path = `${ctx.settings.publicUrl}/t/…`
  return {
    waiting: { href: `${ctx.settings.publicUrl}/w/…` },
    ticket: { href: path },
    coming: { href: `${path}?answer=yes` },
    not_coming: { href: `${path}?answer=no` },
  }
}

async function bookingValues(ctx: Context, communityId: string, eventId: string, typed: string): Promise<Record<string, string>> {
  authorise(ctx.actor, 'registration.view', { communityId, eventId })
  const booking = await findRegistrationByCode(ctx.db, communityId, eventId, normaliseCode(typed))
  const person = booking && (await findPerson(ctx.db, communityId, booking.personId))
  if (!booking || !person) throw new KaichangError('input.invalid', {}, [{ path: 'code', code: 'thing.not_found' }])
  return { name: person.name, code: booking.code }
}

async function requireBoth(ctx: Context, communityId: string, eventId: string): Promise<{ community: Community; event: Event }> {
  const [community, event] = [await findCommunity(ctx.db, communityId), await requireEvent(ctx, ctx.db, communityId, eventId)]
  if (!community) throw fail('community.not_found')
  return { community, event }
}

/** What a test is called in the outbox. */
export const TEST_MAIL = 'registration.test'
const TESTS_AN_HOUR = 20

/**
 * Sends a kind's words, filled in as in the preview, to the address of whoever asks and to nobody else; in both
 * languages. Errors as in `previewWords`; message.tests_many.
 */
export async function sendTest(
  ctx: Context,
  communityId: string,
  eventId: string,
  name: string,
  input: BothWordsInput,
  options: PreviewOptions = {},
): Promise<string> {
  authorise(ctx.actor, 'registration.edit', { communityId, eventId })
  const { actor } = ctx
  if (actor.kind !== 'account') throw fail('access.denied')
  const preview = await previewWords(ctx, communityId, eventId, name, input, options)
  await transact(ctx, async (tx) => {
    const since = new Date(ctx.clock.now().getTime() - 3_600_000)
    if ((await countTests(tx.db, communityId, eventId, actor.email, TEST_MAIL, since)) >= TESTS_AN_HOUR) throw fail('message.tests_many')
    for (const locale of locales) {
      const text = { subject: `[${locale === 'zh' ? '试发' : 'Test'}] ${preview[locale].subject}`, body: preview[locale].body }
      // Filled in already: what looks like a place in it is somebody's name.
      await queueMail(ctx, tx, { communityId, eventId, mail: { name: TEST_MAIL, zh: text, en: text }, values: {}, to: actor.email, locale })
    }
  })
  return actor.email
}
