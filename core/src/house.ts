import { archiveJournal } from '#core/archive/journal.ts'
import { communityJournal, eventJournal } from '#core/community/journal.ts'
import { authorise } from '#core/community/permissions.ts'
import { doorJournal } from '#core/door/journal.ts'
import { handoverJournal } from '#core/handover/journal.ts'
import type { Locale } from '#core/kernel/text.ts'
import { partnersJournal } from '#core/partners/journal.ts'
import { peopleJournal } from '#core/people/journal.ts'
import { planJournal } from '#core/plan/journal.ts'
import { programmeJournal } from '#core/programme/journal.ts'
import { forecastJournal } from '#core/registration/forecast/journal.ts'
import { importJournal } from '#core/registration/import/journal.ts'
import { messagesJournal } from '#core/registration/messages/journal.ts'
import { registrationJournal } from '#core/registration/journal.ts'
import { fapiaoJournal } from '#core/registration/fapiao/journal.ts'
import { paymentJournal } from '#core/registration/payment/journal.ts'
import { questionJournal } from '#core/registration/questions/journal.ts'
import { orderJournal } from '#core/registration/orders/journal.ts'
import { typeJournal } from '#core/registration/types/journal.ts'
import { voucherJournal } from '#core/registration/vouchers/journal.ts'
import { waitingJournal } from '#core/registration/waiting/journal.ts'
import { stageJournal } from '#core/stage/journal.ts'
import type { Context } from '#core/store/context.ts'
import { listEntries, sentence, type JournalEntry, type JournalKind } from '#core/store/journal.ts'
import { storyJournal } from '#core/story/journal.ts'
import { teamJournal } from '#core/team/journal.ts'

/** Every kind of entry that any room writes: the one list for rail and audit. */
const kinds: ReadonlyMap<string, JournalKind> = new Map(
  [
    peopleJournal,
    communityJournal,
    eventJournal,
    planJournal,
    teamJournal,
    partnersJournal,
    programmeJournal,
    registrationJournal,
    paymentJournal,
    fapiaoJournal,
    messagesJournal,
    forecastJournal,
    importJournal,
    orderJournal,
    waitingJournal,
    typeJournal,
    voucherJournal,
    questionJournal,
    doorJournal,
    stageJournal,
    archiveJournal,
    storyJournal,
    handoverJournal,
  ].flatMap((room) => Object.values(room).map((kind): [string, JournalKind] => [kind.kind, kind])),
)

/** An entry as people read it. */
export interface ToldEntry {
  id: string
  at: Date
  kind: string
  /** Which room it happened in. */
  room: string
  text: string
  by: string
}

/** The sentence of an entry; its kind where no sentence is known (an entry of a later version). */
export function tellEntry(entry: JournalEntry, locale: Locale): ToldEntry {
  const kind = kinds.get(entry.kind)
  return {
    id: entry.id,
    at: entry.at,
    kind: entry.kind,
    room: entry.kind.split('.')[0] ?? '',
    text: kind ? sentence(kind, entry.facts, locale) : entry.kind,
    by: entry.actorKind === 'account' ? entry.actorName : '',
  }
}

/** Entries that come by the hundred; the rail of what happened leaves them to the figures. */
const CROWD: readonly string[] = [
  registrationJournal.registered.kind,
  messagesJournal.coming.kind,
  messagesJournal.seat_released.kind,
  doorJournal.admitted.kind,
]

/** What happened lately in an event, the newest first, without single registrations and arrivals. */
export async function readActivity(
  ctx: Context,
  place: { communityId: string; eventId: string },
  locale: Locale,
  limit = 20,
): Promise<ToldEntry[]> {
  authorise(ctx.actor, 'journal.view', place)
  const shown = [...kinds.keys()].filter((kind) => !CROWD.includes(kind))
  const entries = await listEntries(ctx.db, { ...place, kinds: shown, newestFirst: true, limit })
  return entries.map((entry) => tellEntry(entry, locale))
}

/** The journal itself, page by page, for those who check what was done: newest first, everything. */
export async function readJournal(
  ctx: Context,
  place: { communityId: string; eventId: string },
  locale: Locale,
  page: { room?: string | undefined; skip?: number | undefined; limit: number },
): Promise<{ entries: ToldEntry[]; older: number | null }> {
  authorise(ctx.actor, 'journal.view', place)
  const entries = await listEntries(ctx.db, {
    ...place,
    ...(page.room ? { rooms: [page.room] } : {}),
    skip: page.skip ?? 0,
    newestFirst: true,
    limit: page.limit + 1,
  })
  const shown = entries.slice(0, page.limit)
  return {
    entries: shown.map((entry) => tellEntry(entry, locale)),
    older: entries.length > page.limit ? (page.skip ?? 0) + page.limit : null,
  }
}
