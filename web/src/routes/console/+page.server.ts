import { can } from '@kaichang/core/community/permissions.ts'
import { readOwnCommunities, readOwnEvents } from '@kaichang/core/community/read.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { eventLine } from '#lib/server/present.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals }) => {
  const { ctx, actor, locale } = locals
  if (actor.kind !== 'account') return { communities: [], administrator: false }
  const communities = await readOwnCommunities(ctx)
  const now = ctx.clock.now()
  return {
    administrator: actor.administrator,
    communities: await Promise.all(
      communities.map(async (community) => {
        const events = await readOwnEvents(ctx, community.communityId)
        return {
          slug: community.slug,
          name: pickText(community.name, locale),
          example: community.example,
          mayCreate: can(actor, 'event.create', community),
          mayManage: can(actor, 'community.manage', community),
          events: events.map((e) => ({ ...eventLine(community, e, locale, now), href: `/console/${community.slug}/${e.slug}` })),
        }
      }),
    ),
  }
}
