import { sql } from 'kysely'
import { z } from 'zod'
import type { Text } from '#core/kernel/text.ts'
import type { Db } from '#core/store/database.ts'
import type { Stock, Waiter } from './model.ts'

const moment = z.union([z.null(), z.string().transform((text) => new Date(text))])
const text = z.record(z.string(), z.string()).transform((value): Text => value)
const typeRow = z.object({
  id: z.string(),
  name: text,
  kind: z.enum(['ticket', 'addon']),
  parentId: z.string().nullable(),
  counts: z.boolean(),
  pricing: z.enum(['fixed', 'open']),
  priceFen: z.number(),
  earlyFen: z.number().nullable(),
  earlyUntil: moment,
  earlyCount: z.number().nullable(),
  sellsFrom: moment,
  sellsUntil: moment,
  hidden: z.boolean(),
  review: z.boolean(),
  perOrder: z.number(),
  perPerson: z.number(),
  retired: z.boolean(),
  taken: z.number(),
  quotaIds: z.array(z.string()),
})
const quotaRow = z.object({ id: z.string(), name: text, size: z.number().nullable(), taken: z.number() })
const channelRow = z.object({ id: z.string(), slug: z.string(), name: text, share: z.number().nullable(), taken: z.number() })
const voucherRow = z.object({
  id: z.string(),
  code: z.string(),
  effect: z.enum(['none', 'percent', 'amount', 'price']),
  value: z.number(),
  typeId: z.string().nullable(),
  maxUses: z.number(),
  used: z.number(),
  reserves: z.boolean(),
  kept: z.number(),
  validFrom: moment,
  validUntil: moment,
  retired: z.boolean(),
})
const bookRow = z.object({
  types: z.array(typeRow),
  quotas: z.array(quotaRow),
  channels: z.array(channelRow),
  vouchers: z.array(voucherRow),
  due: z.boolean(),
  waiting: z.boolean(),
})

/** What stands in the event's counters, and whether something is due or somebody waits. */
export interface Counters extends Omit<Stock, 'cap' | 'taken'> {
  /** A hold or a reserving voucher has run out. */
  due: boolean
  /** Somebody is in the waiting list. */
  waiting: boolean
}

/** Which vouchers are asked for, by code or id; none of the event's others are loaded. */
export interface VoucherWish {
  codes?: readonly string[]
  ids?: readonly string[]
}

/**
 * All counters of an event in one query; the lock of its seat_counter is held, or they are only shown. Written as one
 * row of JSON, since most events have next to nothing here and a rush asks once a batch.
 */
export async function readCounters(db: Db, communityId: string, eventId: string, now: Date, wish: VoucherWish = {}): Promise<Counters> {
  const here = (alias: string) =>
    sql`${sql.ref(`${alias}.community_id`)} = ${communityId}::uuid and ${sql.ref(`${alias}.event_id`)} = ${eventId}::uuid`
  const { rows } = await sql<{ book: unknown }>`/* kept */ select json_build_object(
    'types', coalesce((select json_agg(json_build_object('id', t.id, 'name', t.name, 'kind', t.kind, 'parentId', t.parent_id, 'counts', t.counts and t.kind = 'ticket',
        'pricing', t.pricing, 'priceFen', t.price_fen, 'earlyFen', t.early_fen, 'earlyUntil', t.early_until, 'earlyCount', t.early_count,
        'sellsFrom', t.sells_from, 'sellsUntil', t.sells_until, 'hidden', t.hidden, 'review', t.review, 'perOrder', t.per_order, 'perPerson', t.per_person,
        'retired', t.retired_at is not null, 'taken', t.taken,
        'quotaIds', coalesce((select json_agg(l.quota_id order by l.quota_id) from quota_type l where l.community_id = t.community_id and l.ticket_type_id = t.id), '[]'))
        order by t.position, t.id) from ticket_type t where ${here('t')}), '[]'),
    'quotas', coalesce((select json_agg(json_build_object('id', q.id, 'name', q.name, 'size', q.size, 'taken', q.taken) order by q.position, q.id)
        from quota q where ${here('q')}), '[]'),
    'channels', coalesce((select json_agg(json_build_object('id', c.id, 'slug', c.slug, 'name', c.name, 'share', c.share, 'taken', c.taken)
        order by c.position, c.created_at, c.slug) from channel c where ${here('c')}), '[]'),
    'vouchers', coalesce((select json_agg(json_build_object('id', v.id, 'code', v.code, 'effect', v.effect, 'value', v.value, 'typeId', v.ticket_type_id,
        'maxUses', v.max_uses, 'used', v.used, 'reserves', v.reserves, 'kept', v.kept, 'validFrom', v.valid_from, 'validUntil', v.valid_until,
        'retired', v.retired_at is not null)) from voucher v where ${here('v')}
        and (v.code = any(${wish.codes ?? []}::text[]) or v.id = any(${wish.ids ?? []}::uuid[]) or (v.kept > 0 and v.valid_until <= ${now}::timestamptz))), '[]'),
    'due', exists (select from ticket_order o where ${here('o')} and o.state in ('held', 'placed') and o.expires_at <= ${now}::timestamptz)
        or exists (select from voucher v where ${here('v')} and v.kept > 0 and v.valid_until <= ${now}::timestamptz),
    'waiting', exists (select from waiting w where ${here('w')} and w.state = 'waiting')) as book`.execute(db)
  const book = bookRow.parse(rows[0]?.book)
  const byId = <T extends { id: string }>(list: readonly T[]): Map<string, T> => new Map(list.map((one) => [one.id, one]))
  return {
    types: byId(book.types),
    quotas: byId(book.quotas),
    channels: byId(book.channels),
    vouchers: byId(book.vouchers),
    due: book.due,
    waiting: book.waiting,
  }
}

/** Writes every counter that differs from what was read; one statement, none when nothing moved. */
export async function writeCounters(db: Db, communityId: string, eventId: string, before: Stock, after: Stock): Promise<void> {
  const moved = <T extends { id: string }>(from: ReadonlyMap<string, T>, to: ReadonlyMap<string, T>, fields: readonly (keyof T)[]): T[] =>
    [...to.values()].filter((one) => fields.some((field) => from.get(one.id)?.[field] !== one[field]))
  const types = moved(before.types, after.types, ['taken'])
  const quotas = moved(before.quotas, after.quotas, ['taken'])
  const channels = moved(before.channels, after.channels, ['taken'])
  const vouchers = moved(before.vouchers, after.vouchers, ['used', 'kept'])
  const counts = (list: readonly { id: string; taken: number }[]): string => JSON.stringify(list.map(({ id, taken }) => ({ id, taken })))
  const raise = (
    table: string,
    list: readonly { id: string; taken: number }[],
  ) => sql`${sql.ref(`moved_${table}`)} as (update ${sql.table(table)} x set taken = g.taken
      from json_to_recordset(${counts(list)}::json) as g(id uuid, taken int) where x.community_id = ${communityId}::uuid and x.id = g.id)`
  const parts = [
    ...(types.length > 0 ? [raise('ticket_type', types)] : []),
    ...(quotas.length > 0 ? [raise('quota', quotas)] : []),
    ...(channels.length > 0 ? [raise('channel', channels)] : []),
    ...(vouchers.length > 0
      ? [
          sql`moved_voucher as (update voucher v set used = g.used, kept = g.kept
            from json_to_recordset(${JSON.stringify(vouchers.map(({ id, used, kept }) => ({ id, used, kept })))}::json) as g(id uuid, used int, kept int)
            where v.community_id = ${communityId}::uuid and v.id = g.id)`,
        ]
      : []),
  ]
  if (parts.length === 0 && before.taken === after.taken) return
  const counter = sql`/* kept */ update seat_counter set taken = ${after.taken} where community_id = ${communityId}::uuid and event_id = ${eventId}::uuid`
  await (parts.length === 0 ? counter : sql`with ${sql.join(parts)} ${counter}`).execute(db)
}

/** People of each type that are looked at at most when somebody is called. */
const HEADS = 100

/** The heads of the waiting list in its order: who was put first, then who came first; of each type at most a hundred. */
export async function listWaiters(db: Db, communityId: string, eventId: string): Promise<Waiter[]> {
  const { rows } = await sql<Waiter>`select id, type_id, channel_id, seats, together from (
      select id, ticket_type_id as type_id, channel_id, seats, together, priority, joined_at,
        row_number() over (partition by ticket_type_id order by priority desc, joined_at, id) as place
      from waiting where community_id = ${communityId} and event_id = ${eventId} and state = 'waiting') w
    where place <= ${HEADS} order by priority desc, joined_at, id`.execute(db)
  return rows
}

/** Events of a community whose seats need a look: a hold or a reserving voucher ran out, or somebody waits before the event begins. */
export async function listEventsToSweep(db: Db, communityId: string, now: Date): Promise<string[]> {
  const { rows } = await sql<{ eventId: string }>`select event_id from ticket_order
      where community_id = ${communityId} and state in ('held', 'placed') and expires_at <= ${now}
    union select event_id from voucher where community_id = ${communityId} and kept > 0 and valid_until <= ${now}
    union select w.event_id from waiting w join event e on e.community_id = w.community_id and e.id = w.event_id
      where w.community_id = ${communityId} and w.state = 'waiting' and e.starts_at > ${now}`.execute(db)
  return rows.map(({ eventId }) => eventId)
}
