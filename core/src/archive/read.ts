import type { Event } from '#core/community/model.ts'
import type { Context } from '#core/store/context.ts'
import type { PublicRecording } from './model.ts'
import { publicRecordingsOf } from './store.ts'

/** The published recordings of an event that the reader may see, each with its session. */
export function readPublicRecordings(ctx: Context, event: Pick<Event, 'communityId' | 'id'>): Promise<PublicRecording[]> {
  return publicRecordingsOf(ctx.db, event.communityId, event.id)
}
