import { openEvent } from '@kaichang/core/community/actions.ts'
import { authorise, can } from '@kaichang/core/community/permissions.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { openTeam } from '@kaichang/core/team/actions.ts'
import type { RequestEvent } from '@sveltejs/kit'
import { deskActions, loadDesk } from '#lib/server/door.ts'
import type { Actions, PageServerLoad } from './$types'

async function enter({ locals, params }: Pick<RequestEvent, 'locals' | 'params'>) {
  const { community, event } = await openEvent(locals.ctx, params['community'] ?? '', params['event'] ?? '')
  const place = { communityId: event.communityId, eventId: event.id }
  authorise(locals.actor, 'door.scan', place)
  return { ctx: locals.ctx, community, event, place, path: `/console/${community.slug}/${event.slug}/door` }
}

export const load: PageServerLoad = async (event) => {
  const { ctx, community, event: it, place } = await enter(event)
  const { actor, locale } = event.locals
  // Personal links are only for those who may hand them out.
  const links = can(actor, 'team.edit', place)
  const team = links
    ? (await openTeam(ctx, place.communityId, place.eventId)).filter((one) => one.duty === 'door' || one.duty === 'lead')
    : []
  return {
    desk: await loadDesk(ctx, it, event, ''),
    access: { api: `/api/v1/communities/${community.slug}/events/${it.slug}/door` },
    done: event.url.searchParams.get('done'),
    inWechat: /MicroMessenger/i.test(event.request.headers.get('user-agent') ?? ''),
    name: pickText(it.name, locale),
    mayLink: links,
    volunteers: team.map((one) => ({ id: one.id, name: one.name, link: `${ctx.settings.publicUrl}${one.link ?? ''}` })),
  }
}

export const actions: Actions = deskActions(enter)
