import type { Event } from '#core/community/model.ts'
import type { Context } from '#core/store/context.ts'
import type { Release } from './release.model.ts'
import { latestRelease } from './release.store.ts'

/** The released programme of an event that the reader may see; null before the first release. */
export function readRelease(ctx: Context, event: Pick<Event, 'communityId' | 'id'>): Promise<Release | null> {
  return latestRelease(ctx.db, event.communityId, event.id)
}
