import { openEvent } from '@kaichang/core/community/actions.ts'
import type { Community, Event } from '@kaichang/core/community/model.ts'
import { can, type Permission } from '@kaichang/core/community/permissions.ts'
import type { Locale } from '@kaichang/core/kernel/text.ts'
import type { Context } from '@kaichang/core/store/context.ts'

/** Where a console page of an event stands, with what its load and actions need. */
export interface Place {
  ctx: Context
  locale: Locale
  community: Community
  event: Event
  communityId: string
  eventId: string
  /** `/console/{community}/{event}` */
  base: string
  may(permission: Permission): boolean
}

/** The event that a console page is about. Errors: community.not_found, event.not_found. */
export async function placeOf(request: { locals: App.Locals; params: { community: string; event: string } }): Promise<Place> {
  const { ctx, locale, actor } = request.locals
  const { community, event } = await openEvent(ctx, request.params.community, request.params.event)
  const communityId = community.communityId
  const base = `/console/${community.slug}/${event.slug}`
  return {
    ctx,
    locale,
    community,
    event,
    communityId,
    eventId: event.id,
    base,
    may: (permission) => can(actor, permission, { communityId, eventId: event.id }),
  }
}
