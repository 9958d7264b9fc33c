import { pickText } from '@kaichang/core/kernel/text.ts'
import { actorOfVolunteerLink } from '@kaichang/core/team/access.ts'
import { authorise } from '@kaichang/core/community/permissions.ts'
import type { RequestEvent } from '@sveltejs/kit'
import { deskActions, loadDesk } from '#lib/server/door.ts'
import type { Actions, PageServerLoad } from './$types'

async function enter({ locals, params }: Pick<RequestEvent, 'locals' | 'params'>) {
  const token = params['volunteer'] ?? ''
  const access = await actorOfVolunteerLink(locals.ctx, token)
  authorise(access.actor, 'door.scan', { communityId: access.event.communityId, eventId: access.event.id })
  return { ...access, ctx: { ...locals.ctx, actor: access.actor }, path: `/v/${token}/door`, token }
}

export const load: PageServerLoad = async (event) => {
  event.setHeaders({ 'cache-control': 'private, no-cache' })
  const { ctx, community, event: it, volunteer, token } = await enter(event)
  const { locale } = event.locals
  return {
    desk: await loadDesk(ctx, it, event, volunteer.name),
    access: { api: `/api/v1/communities/${community.slug}/events/${it.slug}/door`, token },
    done: event.url.searchParams.get('done'),
    inWechat: /MicroMessenger/i.test(event.request.headers.get('user-agent') ?? ''),
    name: pickText(it.name, locale),
    frame: {
      crumbs: [{ label: pickText(it.name, locale), href: `/v/${token}` }],
      accent: community.accent,
    },
  }
}

export const actions: Actions = deskActions(enter)
