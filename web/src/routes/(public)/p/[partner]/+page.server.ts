import { isPublic } from '@kaichang/core/community/rules.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { openPartnerPage } from '@kaichang/core/partners/actions.ts'
import { isGiving, thanksFor } from '@kaichang/core/partners/rules.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, setHeaders }) => {
  const { ctx, locale } = locals
  const { community, event, pledge } = await openPartnerPage(ctx, params.partner)
  setHeaders({ 'referrer-policy': 'no-referrer' })
  return {
    name: pledge.name,
    state: pledge.state,
    kinds: pledge.kinds,
    what: pickText(pledge.what, locale),
    inReturn: pickText(pledge.inReturn, locale),
    amountFen: pledge.amountFen,
    receivedFen: pledge.receivedFen,
    thanks: isGiving(pledge) ? thanksFor([pledge], locale).map((line) => line.text) : [],
    event: {
      name: pickText(event.name, locale),
      href: isPublic(event) ? `/${community.slug}/${event.slug}` : null,
      startsAt: event.startsAt,
      timeZone: event.timeZone,
      place: [pickText(event.city, locale), pickText(event.venue, locale)].filter(Boolean).join(' · '),
    },
    frame: {
      crumbs: isPublic(event) ? [{ label: pickText(community.name, locale), href: `/${community.slug}` }] : [],
      accent: community.accent,
    },
  }
}
