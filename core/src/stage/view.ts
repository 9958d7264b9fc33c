import { authorise } from '#core/community/permissions.ts'
import { latestRelease } from '#core/programme/release.store.ts'
import type { Release } from '#core/programme/release.model.ts'
import { loadProgramme } from '#core/programme/store.ts'
import type { LiveTime } from '#core/programme/export/schedule-json.ts'
import type { Programme } from '#core/programme/model.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import { itemsOf, stagesOf } from './items.ts'
import type { Figure } from './model.ts'
import { projectDay, type Day } from './rules.ts'
import { listFigures, loadRuns } from './store.ts'

/** One stage and its day. */
export interface Stage {
  hallId: string | null
  day: Day
}

/** What the public sees: the release with what is on, what happened and what is expected. Null before the first release. */
export async function publicDay(
  db: Db,
  communityId: string,
  eventId: string,
  now: Date,
): Promise<{ release: Release; stages: Stage[] } | null> {
  const release = await latestRelease(db, communityId, eventId)
  if (!release) return null
  return { release, stages: await stagesNow(db, communityId, eventId, release, now) }
}

/** The run of show as the crew sees it: the working copy, so that what is inserted on the day is there at once. */
export async function openStage(
  ctx: Context,
  communityId: string,
  eventId: string,
): Promise<{ programme: Programme; stages: Stage[]; figures: Figure[] }> {
  authorise(ctx.actor, 'stage.view', { communityId, eventId })
  const programme = await loadProgramme(ctx.db, communityId, eventId)
  const stages = await stagesNow(ctx.db, communityId, eventId, programme, ctx.clock.now())
  return { programme, stages, figures: await listFigures(ctx.db, communityId, eventId) }
}

async function stagesNow(db: Db, communityId: string, eventId: string, programme: Programme, now: Date): Promise<Stage[]> {
  const runs = await loadRuns(db, communityId, eventId)
  return stagesOf(programme).map((hallId) => ({ hallId, day: projectDay(itemsOf(programme, runs, hallId), now) }))
}

/** Actual and expected times by session, for feeds. */
export function liveTimes(stages: readonly Stage[]): Map<string, LiveTime> {
  const known = stages.flatMap(({ day }) => day.items.filter((item) => day.live || item.run.state !== 'waiting'))
  return new Map(known.map((item) => [item.id, { state: item.run.state, start: item.start, end: item.end }]))
}
