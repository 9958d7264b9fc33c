import { sql } from 'kysely'
import type { Event } from '#core/community/model.ts'
import type { Db } from '#core/store/database.ts'
import type { Group, PastEvent, PastGroup, Traits } from './model.ts'

/** The newest past events are enough, and older ones tell of another community. */
const MOST_EVENTS = 24
/** Where fewer of the registered were scanned, the door was not kept, which says nothing about who came. */
const KEPT = 0.15

/** What a registration is held against: the event's start, the midnight before it, and whether it is on a weekend. */
const dayOf = sql`id, starts_at, date_trunc('day', starts_at, time_zone) as midnight,
  case when extract(isodow from starts_at at time zone time_zone) >= 6 then 'weekend' else 'workday' end as weekday`

type Which = Pick<Event, 'communityId' | 'id'>

/**
 * How registrations fall into groups with the same traits, and how many of each came; one row a group, however many people.
 * Cancelled ones are left out. What is read here stays when the people's data are erased.
 */
const grouped = (communityId: string, events: ReturnType<typeof sql>) => sql<
  Traits & { eventId: string; walkIn: boolean; registered: number; came: number }
>`
  with those as materialized (${events}),
  one as (
    select r.event_id, coalesce(c.slug, '') as channel,
      ceil(extract(epoch from e.midnight - r.registered_at) / 86400) as days,
      case when r.order_id is null and t.price_fen > 0 or r.id in (
          select l.registration_id from order_line l where l.community_id = ${communityId}::uuid and l.event_id in (select id from those)
            and l.price_fen > 0 and l.registration_id is not null) then 'paid' else 'free' end as price,
      case when r.reconfirmed_at is not null then 'yes' when r.reconfirm_asked_at is not null then 'silent' else 'unasked' end as reconfirm,
      e.weekday,
      -- The doors open an hour before the start: whoever registers from then on stands in front of them.
      r.registered_at >= e.starts_at - interval '1 hour' as walk_in,
      -- Asked so, it is looked up in a table of hashes, also where the planner knows nothing of the tables yet.
      r.id in (
        select s.registration_id from scan s where s.community_id = ${communityId}::uuid and s.event_id in (select id from those)
          and s.verdict = 'admitted' and s.registration_id is not null) as came
    from those e
    join registration r on r.community_id = ${communityId}::uuid and r.event_id = e.id and r.state = 'registered'
    left join channel c on c.community_id = ${communityId}::uuid and c.id = r.channel_id
    left join ticket_type t on t.community_id = ${communityId}::uuid and t.id = r.ticket_type_id
    -- Who only looks on from afar takes no chair.
    where coalesce(t.counts, true)
  )
  select event_id, channel,
    case when days <= 1 then '0-1' when days <= 6 then '2-6' when days <= 13 then '7-13' when days <= 29 then '14-29' else '30+' end as lead,
    price, reconfirm, weekday, walk_in, count(*) as registered, count(*) filter (where came) as came
  from one group by 1, 2, 3, 4, 5, 6, 7 order by 1, 2, 3, 4, 5, 6, 7`

/** The community's newest past events whose door was kept. `now` ends what is past, for an event that is still to come. */
export async function listPast(db: Db, event: Which & Pick<Event, 'startsAt'>, now: Date): Promise<PastEvent[]> {
  const { communityId, id, startsAt } = event
  const until = new Date(Math.min(startsAt.getTime(), now.getTime()))
  const { rows } = await grouped(
    communityId,
    sql`select ${dayOf} from event
      where community_id = ${communityId}::uuid and id <> ${id}::uuid and ends_at <= ${until} and state <> 'cancelled'
      order by ends_at desc, id limit ${MOST_EVENTS}::integer`,
  ).execute(db)
  const events = new Map<string, { id: string; groups: PastGroup[]; walkIns: number }>()
  for (const { eventId, walkIn, ...group } of rows) {
    const one = events.get(eventId) ?? { id: eventId, groups: [], walkIns: 0 }
    if (walkIn) one.walkIns += group.came
    else one.groups.push(group)
    events.set(eventId, one)
  }
  return [...events.values()].filter(({ groups }) => sum(groups, 'came') > 0 && sum(groups, 'came') >= KEPT * sum(groups, 'registered'))
}

/** The event's own registrations by their traits, those at the open door left out; and how many of them were admitted. */
export async function listGroups(db: Db, { communityId, id }: Which): Promise<PastGroup[]> {
  const { rows } = await grouped(
    communityId,
    sql`select ${dayOf} from event where community_id = ${communityId}::uuid and id = ${id}::uuid`,
  ).execute(db)
  return rows.filter((row) => !row.walkIn).map(({ eventId: _, walkIn: __, ...group }) => group)
}

const sum = (groups: readonly (Group & { came: number })[], what: 'registered' | 'came'): number =>
  groups.reduce((total, group) => total + group[what], 0)
