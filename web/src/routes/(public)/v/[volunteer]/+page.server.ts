import { phaseOf } from '@kaichang/core/community/rules.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { actorOfVolunteerLink } from '@kaichang/core/team/access.ts'
import { dutyNames } from '@kaichang/core/team/model.ts'
import { can } from '@kaichang/core/community/permissions.ts'
import type { PageServerLoad } from './$types'

/** A volunteer's own page: what they do, when, and the tools that their link opens. */
export const load: PageServerLoad = async ({ locals, params, setHeaders }) => {
  setHeaders({ 'cache-control': 'private, no-cache' })
  const { ctx, locale } = locals
  const { actor, community, event, volunteer, duties } = await actorOfVolunteerLink(ctx, params.volunteer)
  const place = { communityId: community.communityId, eventId: event.id }
  const address = `/${community.slug}/${event.slug}`
  return {
    path: `/v/${params.volunteer}`,
    address,
    name: volunteer.name,
    duties: duties.map((duty) => pickText(dutyNames[duty], locale)),
    note: pickText(volunteer.dutyNote, locale),
    shift: volunteer.startsAt ? { from: volunteer.startsAt, to: volunteer.endsAt } : null,
    over: phaseOf(event, ctx.clock.now()) === 'after',
    tools: { door: can(actor, 'door.scan', place), stage: can(actor, 'stage.run', place) },
    event: {
      name: pickText(event.name, locale),
      startsAt: event.startsAt,
      endsAt: event.endsAt,
      timeZone: event.timeZone,
      venue: [pickText(event.city, locale), pickText(event.venue, locale), pickText(event.address, locale)].filter(Boolean).join(' · '),
      venueNote: pickText(event.venueNote, locale),
    },
    frame: {
      crumbs: [
        { label: pickText(community.name, locale), href: `/${community.slug}` },
        { label: pickText(event.name, locale), href: address },
      ],
      accent: community.accent,
    },
  }
}
