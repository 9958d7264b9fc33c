import { openEvent } from '@kaichang/core/community/actions.ts'
import { readJournal } from '@kaichang/core/house.ts'
import type { PageServerLoad } from './$types'

const PAGE = 100

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { event } = await openEvent(locals.ctx, params.community, params.event)
  const room = /^[a-z]{1,20}$/.exec(url.searchParams.get('room') ?? '')?.[0]
  const skip = Math.min(1_000_000, Math.max(0, Math.trunc(Number(url.searchParams.get('skip')) || 0)))
  const { entries, older } = await readJournal(locals.ctx, { communityId: event.communityId, eventId: event.id }, locals.locale, {
    room,
    skip,
    limit: PAGE,
  })
  return { entries, older, newer: skip > 0 ? Math.max(0, skip - PAGE) : null, room: room ?? '' }
}
