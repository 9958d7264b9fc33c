import { readCommunities, readPublicEvents } from '@kaichang/core/community/read.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { eventLine } from '#lib/server/present.ts'
import { publicPage } from '#lib/server/public-page.ts'
import type { PageServerLoad } from './$types'

/** How many communities and events the start page shows at most. */
const MOST = 50

export const load: PageServerLoad = async (event) => {
  const { ctx, locale } = event.locals
  publicPage(event, 'everything')
  const communities = (await readCommunities(ctx)).slice(0, MOST)
  const now = ctx.clock.now()
  const lists = await Promise.all(
    communities.map(async (community) =>
      (await readPublicEvents(ctx, community.communityId)).map((e) => eventLine(community, e, locale, now)),
    ),
  )
  const events = lists.flat().sort((a, b) => b.startsAt.getTime() - a.startsAt.getTime())
  return {
    upcoming: events
      .filter((e) => !e.over)
      .reverse()
      .slice(0, MOST),
    past: events.filter((e) => e.over).slice(0, MOST),
    communities: communities.map((c) => ({
      href: `/${c.slug}`,
      name: pickText(c.name, locale),
      about: pickText(c.about, locale),
      example: c.example,
    })),
  }
}
