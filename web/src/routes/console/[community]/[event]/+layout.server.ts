import { openEvent } from '@kaichang/core/community/actions.ts'
import { authorise, can } from '@kaichang/core/community/permissions.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { rooms } from '#lib/rooms.ts'
import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = async ({ locals, params }) => {
  const { community, event } = await openEvent(locals.ctx, params.community, params.event)
  const place = { communityId: community.communityId, eventId: event.id }
  authorise(locals.actor, 'event.view', place)
  const base = `/console/${community.slug}/${event.slug}`
  return {
    place,
    base,
    event: {
      slug: event.slug,
      name: pickText(event.name, locals.locale),
      startsAt: event.startsAt,
      endsAt: event.endsAt,
      timeZone: event.timeZone,
      state: event.state,
    },
    community: { slug: community.slug, name: pickText(community.name, locals.locale), example: community.example },
    menu: rooms
      .filter((room) => can(locals.actor, room.permission, place))
      .map((room) => ({ word: room.word, href: room.path ? `${base}/${room.path}` : base })),
    frame: { accent: community.accent },
  }
}
