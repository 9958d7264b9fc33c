import { openCommunity } from '@kaichang/core/community/actions.ts'
import { readPublicEvents } from '@kaichang/core/community/read.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { eventLine } from '#lib/server/present.ts'
import { publicPage } from '#lib/server/public-page.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async (event) => {
  const { ctx, locale } = event.locals
  const community = await openCommunity(ctx, event.params.community)
  publicPage(event, { communityId: community.communityId })
  const now = ctx.clock.now()
  const events = (await readPublicEvents(ctx, community.communityId)).map((e) => eventLine(community, e, locale, now))
  return {
    community: {
      slug: community.slug,
      name: pickText(community.name, locale),
      about: pickText(community.about, locale),
      city: pickText(community.city, locale),
      site: community.site,
      contact: community.contact,
      example: community.example,
    },
    upcoming: events.filter((e) => !e.over).reverse(),
    past: events.filter((e) => e.over),
    frame: {
      crumbs: [{ label: pickText(community.name, locale), href: `/${community.slug}` }],
      accent: community.accent,
      notice: `/${community.slug}/notice`,
    },
  }
}
