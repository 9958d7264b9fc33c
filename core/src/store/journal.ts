import { sql } from 'kysely'
import type { z } from 'zod'
import type { Actor } from '#core/kernel/actor.ts'
import { newId } from '#core/kernel/ids.ts'
import { fill, type Locale } from '#core/kernel/text.ts'
import { arrayParameter } from './arrays.ts'
import type { Context } from './context.ts'
import type { Db } from './database.ts'

/**
 * One kind of entry: its stable name, the schema of its facts, and the sentence that people read,
 * with `{places}` filled from the facts. `public`: the entry may move what signed-out visitors see.
 * Facts never hold personal data of attendees: the journal outlives an erasure.
 */
export interface JournalKind<F extends z.ZodType = z.ZodType> {
  kind: string
  facts: F
  public: boolean
  zh: string
  en: string
}

/** Declares the kinds of a room: `defineJournal('stage', { started: { facts, public, zh, en } })` gives `stage.started`. */
export function defineJournal<const T extends Record<string, Omit<JournalKind, 'kind'>>>(
  room: string,
  kinds: T,
): { [K in keyof T]: JournalKind<T[K]['facts']> } {
  const named = Object.entries(kinds).map(([name, kind]) => [name, { ...kind, kind: `${room}.${name}` }])
  return Object.fromEntries(named)
}

/** What an entry is about. */
export interface Subject {
  communityId: string
  eventId?: string | null
  kind: string
  id: string | null
}

export interface JournalEntry {
  communityId: string
  id: string
  /** Order of writing. */
  seq: number
  eventId: string | null
  at: Date
  kind: string
  actorKind: string
  actorName: string
  subjectKind: string
  subjectId: string | null
  facts: Record<string, unknown>
  public: boolean
}

/** An entry that is not written yet. */
export interface NewEntry extends Omit<JournalEntry, 'seq'> {
  actorId: string
  recordedAt: Date
}

/** An entry ready to be written; facts are checked against the kind's schema. `at` defaults to now. */
export function makeEntry<F extends z.ZodType>(
  ctx: Context,
  kind: JournalKind<F>,
  subject: Subject,
  facts: z.input<F>,
  at?: Date,
): NewEntry {
  const checked: unknown = kind.facts.parse(facts)
  return {
    communityId: subject.communityId,
    id: newId(ctx),
    eventId: subject.eventId ?? null,
    at: at ?? ctx.clock.now(),
    recordedAt: ctx.clock.now(),
    kind: kind.kind,
    ...describeActor(ctx.actor),
    subjectKind: subject.kind,
    subjectId: subject.id,
    facts: Object.fromEntries(Object.entries(checked ?? {})),
    public: kind.public,
  }
}

function describeActor(actor: Actor): { actorKind: string; actorId: string; actorName: string } {
  switch (actor.kind) {
    case 'account':
      return { actorKind: 'account', actorId: actor.accountId, actorName: actor.name }
    case 'link':
      // A ticket holder is an attendee: the id says enough, the name would outlive an erasure.
      return { actorKind: `link:${actor.purpose}`, actorId: actor.subjectId, actorName: actor.purpose === 't' ? '' : actor.name }
    case 'system':
      return { actorKind: 'system', actorId: actor.name, actorName: actor.name }
    case 'visitor':
      return { actorKind: 'visitor', actorId: '', actorName: '' }
  }
}

/** Writes entries in their order; those that differ in subject, facts and time alone share a statement. */
export async function insertEntries(db: Db, entries: readonly NewEntry[]): Promise<void> {
  const statements: Promise<unknown>[] = []
  for (let from = 0; from < entries.length;) {
    const first = entries[from]
    if (!first) break
    let to = from + 1
    while (to < entries.length && to - from < 1000 && isAlike(first, entries[to])) to += 1
    statements.push(insertAlike(db, first, entries.slice(from, to)))
    from = to
  }
  await Promise.all(statements)
}

function isAlike(one: NewEntry, other: NewEntry | undefined): boolean {
  return (
    other !== undefined &&
    one.communityId === other.communityId &&
    one.eventId === other.eventId &&
    one.kind === other.kind &&
    one.actorKind === other.actorKind &&
    one.actorId === other.actorId &&
    one.actorName === other.actorName &&
    one.subjectKind === other.subjectKind &&
    one.public === other.public
  )
}

/** What the entries have in common is sent once: in a rush, binding it for each row costs more than the insert. */
function insertAlike(db: Db, common: NewEntry, entries: readonly NewEntry[]): Promise<unknown> {
  const column = (read: (entry: NewEntry) => string | null) => sql`${arrayParameter(entries.map(read))}`
  return sql`/* kept */ insert into journal (community_id, id, event_id, at, recorded_at, kind, actor_kind, actor_id, actor_name, subject_kind, subject_id, facts, public)
    select ${common.communityId}::uuid, id, ${common.eventId}::uuid, at, recorded_at, ${common.kind},
      ${common.actorKind}, ${common.actorId}, ${common.actorName}, ${common.subjectKind}, subject, facts, ${common.public}::boolean
    from unnest(${column((one) => one.id)}::uuid[], ${column((one) => one.at.toISOString())}::timestamptz[],
      ${column((one) => one.recordedAt.toISOString())}::timestamptz[], ${column((one) => one.subjectId)}::uuid[],
      ${column((one) => JSON.stringify(one.facts))}::jsonb[]) as e(id, at, recorded_at, subject, facts)`.execute(db)
}

export interface JournalFilter {
  communityId: string
  /** Only this event's entries; null: only those of the community itself; undefined: all. */
  eventId?: string | null
  kinds?: readonly string[]
  /** Kinds that begin with one of these, such as `stage.`. */
  rooms?: readonly string[]
  after?: Date
  limit?: number
  /** Leaves out so many from the beginning. */
  skip?: number
  newestFirst?: boolean
}

/** Entries in order of time. */
export async function listEntries(db: Db, filter: JournalFilter): Promise<JournalEntry[]> {
  const direction = filter.newestFirst ? 'desc' : 'asc'
  let query = db
    .selectFrom('journal')
    .select(['communityId', 'id', 'seq', 'eventId', 'at', 'kind', 'actorKind', 'actorName', 'subjectKind', 'subjectId', 'facts', 'public'])
    .where('communityId', '=', filter.communityId)
    .orderBy('at', direction)
    .orderBy('seq', direction)
    .limit(filter.limit ?? 10_000)
    .offset(filter.skip ?? 0)
  if (filter.eventId === null) query = query.where('eventId', 'is', null)
  else if (filter.eventId !== undefined) query = query.where('eventId', '=', filter.eventId)
  if (filter.kinds) query = query.where('kind', 'in', filter.kinds)
  const rooms = filter.rooms
  if (rooms) query = query.where((eb) => eb.or(rooms.map((room) => eb('kind', 'like', `${room}.%`))))
  if (filter.after) query = query.where('at', '>', filter.after)
  const rows = await query.execute()
  return rows.map((row) => ({ ...row, facts: asFacts(row.facts) }))
}

function asFacts(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}

/** The sentence of an entry in the reader's language; texts in both languages among the facts are picked. */
export function sentence(kind: Pick<JournalKind, 'zh' | 'en'>, facts: Readonly<Record<string, unknown>>, locale: Locale): string {
  const shown = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, showFact(value, locale)]))
  return fill(kind[locale], shown)
}

function showFact(value: unknown, locale: Locale): unknown {
  if (Array.isArray(value)) return value.map((v) => showFact(v, locale)).join(locale === 'zh' ? '、' : ', ')
  if (typeof value === 'number') return new Intl.NumberFormat(locale === 'zh' ? 'zh-CN' : 'en-GB').format(value)
  if (typeof value !== 'object' || value === null) return value
  const text: { zh?: unknown; en?: unknown } = value
  return locale === 'en' ? (text.en ?? text.zh ?? '') : (text.zh ?? text.en ?? '')
}
