import { openCommunity } from '@kaichang/core/community/actions.ts'
import { readPublicEvents } from '@kaichang/core/community/read.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { asksWhoPays } from '@kaichang/core/registration/payment/wechat.actions.ts'
import { publicPage } from '#lib/server/public-page.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async (event) => {
  const { ctx, locale } = event.locals
  const community = await openCommunity(ctx, event.params.community)
  publicPage(event, { communityId: community.communityId })
  const kept = (await readPublicEvents(ctx, community.communityId)).map((e) => e.retentionDays)
  const name = pickText(community.name, locale)
  return {
    name,
    contact: community.contact,
    version: community.noticeVersion,
    openid: asksWhoPays(ctx),
    // The longest time of any event, so that the promise holds for all of them.
    days: Math.max(180, ...kept),
    frame: {
      crumbs: [{ label: name, href: `/${community.slug}` }],
      accent: community.accent,
      notice: `/${community.slug}/notice`,
    },
  }
}
