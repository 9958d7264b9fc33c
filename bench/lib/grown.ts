import { sql } from 'kysely'
import type { Context } from '@kaichang/core/store/context.ts'
import type { Place } from './rush.ts'

/** Letters of short codes, as `core/src/kernel/ids.ts` has them; 28^6 codes. */
const LETTERS = '23456789BCDFGHJKMNPQRSTVWXYZ'
const CODES = LETTERS.length ** 6
/** Odd and no multiple of 7, so that n · this, modulo 28^6, gives each code once, in no order. */
const STRIDE = 7_919_991

/**
 * Gives an event that many registrations at once: person, contact, booking, request key, mail and journal entry of each,
 * as the rush itself would have written them, and the counter. `count` may not pass 28^6.
 */
export async function fill(ctx: Context, { communityId, eventId }: Place, count: number): Promise<void> {
  const id = (kind: string) =>
    sql`(lpad(to_hex(extract(epoch from now())::bigint * 1000), 12, '0') || substr(md5(${sql.lit(kind)} || n), 13))::uuid`
  const code = sql.join(
    Array.from({ length: 6 }, (_, at) => sql`substr(${sql.lit(LETTERS)}, (c / ${sql.lit(LETTERS.length ** at)}::bigint % 28)::int + 1, 1)`),
    sql` || `,
  )
  for (let from = 0; from < count; from += 50_000) {
    const to = Math.min(from + 50_000, count)
    await sql`with g as materialized (select n, ${code} as code, ${id('p')} as person, ${id('r')} as registration, 'grown-before-' || n || '@example.org' as email
        from (select n, n * ${sql.lit(STRIDE)}::bigint % ${sql.lit(CODES)}::bigint as c from generate_series(${from + 1}::int, ${to}::int) n) numbers),
      people as (insert into person (community_id, id, name, pinyin, initials, created_at)
        select ${communityId}::uuid, person, 'Li ' || n, 'li' || n, 'l', now() from g),
      points as (insert into contact_point (community_id, person_id, kind, value, created_at)
        select ${communityId}::uuid, person, 'email', email, now() from g),
      keys as (insert into request_key (community_id, scope, key, body_hash, answer, created_at)
        select ${communityId}::uuid, 'register:' || ${eventId}::text, 'grown-before-' || n, md5(n::text), to_jsonb(registration), now() from g),
      mails as (insert into outbox (community_id, id, event_id, template, to_address, locale, letter_id, places, state, created_at)
        select ${communityId}::uuid, ${id('m')}, ${eventId}::uuid, 'registration.ticket', email, 'zh', ${eventId}::uuid,
          jsonb_build_object('name', 'Li ' || n, 'code', code, 'ticket', 'http://localhost:4444/t/1.' || md5(n::text)), 'kept', now() from g),
      entries as (insert into journal (community_id, id, event_id, at, recorded_at, kind, actor_kind, subject_kind, subject_id, facts, public)
        select ${communityId}::uuid, ${id('j')}, ${eventId}::uuid, now(), now(), 'registration.registered', 'visitor', 'registration', registration,
          jsonb_build_object('channel', '', 'taken', n), true from g)
      insert into registration (community_id, id, event_id, person_id, code, email, notice_version, registered_at)
        select ${communityId}::uuid, registration, ${eventId}::uuid, person, code, email, '1', now() from g`.execute(ctx.db)
  }
  await ctx.db
    .updateTable('seatCounter')
    .set({ taken: count })
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .execute()
}
