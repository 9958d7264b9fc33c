import type { RequestEvent } from '@sveltejs/kit'
import { openEvent } from '@kaichang/core/community/actions.ts'
import type { Community, Event } from '@kaichang/core/community/model.ts'
import { authorise } from '@kaichang/core/community/permissions.ts'
import { actorOfVolunteerLink, type VolunteerAccess } from '@kaichang/core/team/access.ts'
import type { Context } from '@kaichang/core/store/context.ts'
import { openScreens, stageScreen } from './stage.ts'

type Asked<P> = Pick<RequestEvent, 'locals' | 'url'> & { params: P }

/** Everything a volunteer's stage pages need; the link says who acts. Errors: those of links, access.denied. */
export async function openVolunteer({
  locals,
  params,
}: Pick<Asked<{ volunteer: string }>, 'locals' | 'params'>): Promise<{ ctx: Context; access: VolunteerAccess }> {
  const access = await actorOfVolunteerLink(locals.ctx, params.volunteer)
  const ctx = locals.app.context(access.actor)
  authorise(access.actor, 'stage.view', { communityId: access.event.communityId, eventId: access.event.id })
  return { ctx, access }
}

/** A full screen of the console. */
export async function consoleScreen({ locals, params, url }: Asked<{ community: string; event: string }>) {
  const { community, event } = await openEvent(locals.ctx, params.community, params.event)
  return screenOf(locals.ctx, community, event, locals.locale, url, `/console/${community.slug}/${event.slug}/stage/state.json`)
}

/** A full screen behind a volunteer's link. */
export async function volunteerScreen(request: Asked<{ volunteer: string }>) {
  const { ctx, access } = await openVolunteer(request)
  return screenOf(ctx, access.community, access.event, request.locals.locale, request.url, `/v/${request.params.volunteer}/state.json`)
}

/** A volunteer's run control: the screen, the stages to choose from, whether presses are allowed. */
export async function volunteerStage(request: Asked<{ volunteer: string }>) {
  const { ctx, access } = await openVolunteer(request)
  const { halls } = await openScreens(ctx, access.event, request.locals.locale, null)
  return { ...(await volunteerScreen(request)), halls, name: access.volunteer.name, base: `/v/${request.params.volunteer}` }
}

async function screenOf(ctx: Context, community: Community, event: Event, locale: App.Locals['locale'], url: URL, state: string) {
  const screen = await stageScreen(ctx, event, locale, url.searchParams.get('hall'))
  return {
    screen,
    state: screen.hallId ? `${state}?hall=${encodeURIComponent(screen.hallId)}` : state,
    live: `/live/${community.slug}/${event.slug}`,
    frame: { accent: community.accent },
  }
}
