import { openEvent } from '@kaichang/core/community/actions.ts'
import type { Community, Event } from '@kaichang/core/community/model.ts'
import { readPublicRecordings } from '@kaichang/core/archive/read.ts'
import { pickText, type Locale } from '@kaichang/core/kernel/text.ts'
import { endOf, isTalk, type Session } from '@kaichang/core/programme/model.ts'
import type { Exported } from '@kaichang/core/programme/export/common.ts'
import type { Release } from '@kaichang/core/programme/release.model.ts'
import { allowedSeconds, overrunOf, type Expected } from '@kaichang/core/stage/rules.ts'
import { publicDay, type Stage } from '@kaichang/core/stage/view.ts'
import type { Context } from '@kaichang/core/store/context.ts'
import type { OnNow, ScheduleLine, ScheduleView } from '../schedule.ts'

/** The schedule of an event as everybody may see it; null before the first release. */
export async function publicSchedule(
  ctx: Context,
  community: Pick<Community, 'slug'>,
  event: Event,
  locale: Locale,
): Promise<ScheduleView | null> {
  const shown = await publicDay(ctx.db, event.communityId, event.id, ctx.clock.now())
  if (!shown) return null
  const recordings = await readPublicRecordings(ctx, event)
  return presentSchedule({
    ...shown,
    community,
    event,
    locale,
    recorded: new Set(recordings.map((r) => r.sessionId)),
    now: ctx.clock.now(),
  })
}

interface Shown {
  now: Date
  community: Pick<Community, 'slug'>
  event: Event
  release: Release
  stages: Stage[]
  locale: Locale
  recorded: ReadonlySet<string>
}

function presentSchedule(shown: Shown): ScheduleView {
  const { event, release, stages, locale } = shown
  const expected = new Map(stages.flatMap(({ day }) => day.items.map((item) => [item.id, item])))
  return {
    version: release.version,
    releasedAt: release.releasedAt,
    lines: release.sessions.map((session) => line(shown, session, expected.get(session.id))).sort(byStart),
    halls: release.halls.map((hall) => ({ id: hall.id, name: pickText(hall.name, locale) })),
    now: stages.flatMap((stage) => onNow(stage, release, locale)),
    live: stages.some(({ day }) => day.live),
    timeZone: event.timeZone,
  }
}

/** When each item really began or is expected to begin, for the data that search engines read. */
export function startsOf(schedule: ScheduleView | null): Map<string, Date> {
  return new Map((schedule?.lines ?? []).flatMap(({ id, start }) => (start ? [[id, start]] : [])))
}

/** What has no time comes last; the rest in the order in which it really happens. */
function byStart(a: ScheduleLine, b: ScheduleLine): number {
  return (a.start?.getTime() ?? Infinity) - (b.start?.getTime() ?? Infinity) || a.no - b.no
}

function line(
  { community, event, release, stages, locale, recorded, now }: Shown,
  session: Session,
  item: Expected | undefined,
): ScheduleLine {
  // The end of what was not timed to the end stays open: the planned one would be a guess.
  const over = item?.end ?? endOf(session)
  return {
    id: session.id,
    no: session.no,
    slug: session.slug,
    kind: session.kind,
    title: pickText(session.title, locale),
    speakers: session.speakers.map(({ name, affiliation }) => ({ name, affiliation: pickText(affiliation, locale) })),
    level: session.level,
    minutes: session.minutes,
    hallId: session.hallId,
    hall: pickText(release.halls.find((hall) => hall.id === session.hallId)?.name, locale),
    state: session.state === 'cancelled' ? 'cancelled' : (item?.run.state ?? 'waiting'),
    planned: session.startsAt,
    start: item?.start ?? session.startsAt,
    end: item ? item.end : endOf(session),
    overrun: item ? overrunOf(item.run, session.minutes) : null,
    past: over !== null && over < now && !stages.some(({ day }) => day.live),
    href: isTalk(session) ? `/${community.slug}/${event.slug}/talks/${session.slug}` : null,
    slides: session.slidesUrl,
    recorded: recorded.has(session.id),
  }
}

function onNow({ hallId, day }: Stage, release: Release, locale: Locale): OnNow[] {
  const { current, next } = day
  if (!current?.run.startedAt || !day.live) return []
  return [
    {
      hall: release.halls.length > 1 ? pickText(release.halls.find((hall) => hall.id === hallId)?.name, locale) : '',
      title: pickText(current.title, locale),
      slug: current.slug,
      speakers: current.speakers.map((s) => s.name),
      due: new Date(current.run.startedAt.getTime() + allowedSeconds(current) * 1000),
      offset: day.offset,
      next: next ? { title: pickText(next.title, locale), start: next.start } : null,
    },
  ]
}

/** What the exports are made of, for whoever may see the event. */
export async function openExport(
  ctx: Context,
  params: { community: string; event: string },
  locale: Locale,
): Promise<{ exported: Exported; stages: Stage[]; scope: { communityId: string; eventId: string } }> {
  const { community, event } = await openEvent(ctx, params.community, params.event)
  const shown = await publicDay(ctx.db, event.communityId, event.id, ctx.clock.now())
  return {
    exported: { community, event, release: shown?.release ?? null, locale, origin: ctx.settings.publicUrl },
    stages: shown?.stages ?? [],
    scope: { communityId: event.communityId, eventId: event.id },
  }
}
