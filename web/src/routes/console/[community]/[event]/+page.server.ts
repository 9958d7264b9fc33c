import { openEvent } from '@kaichang/core/community/actions.ts'
import { authorise, can } from '@kaichang/core/community/permissions.ts'
import { daysUntil } from '@kaichang/core/community/rules.ts'
import { readActivity } from '@kaichang/core/house.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { openToday } from '#lib/server/today.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params }) => {
  const { ctx, locale, actor } = locals
  const { community, event } = await openEvent(ctx, params.community, params.event)
  const place = { communityId: event.communityId, eventId: event.id }
  // The layout asks as well, but a reader may ask for this page's data without it.
  authorise(actor, 'event.view', place)
  const today = await openToday(ctx, community, event)
  return {
    ...today,
    items: today.items.map((item) => ({ ...item, title: pickText(item.title, locale), names: item.names ?? [] })),
    days: daysUntil(event, ctx.clock),
    cap: event.cap,
    activity: can(actor, 'journal.view', place) ? await readActivity(ctx, place, locale) : [],
    mayManage: can(actor, 'event.manage', place),
    live: `/live/${community.slug}/${event.slug}`,
  }
}
