import { openEvent } from '@kaichang/core/community/actions.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { eventJsonLd } from '@kaichang/core/programme/json-ld.ts'
import { readRelease } from '@kaichang/core/programme/read.ts'
import { publicPage } from '#lib/server/public-page.ts'
import { publicSchedule, startsOf } from '#lib/server/schedule.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async (event) => {
  const { ctx, locale } = event.locals
  const { community, event: it } = await openEvent(ctx, event.params.community, event.params.event)
  publicPage(event, { communityId: it.communityId, eventId: it.id })
  const schedule = await publicSchedule(ctx, community, it, locale)
  const release = await readRelease(ctx, it)
  const base = `/${community.slug}/${it.slug}`
  const name = pickText(it.name, locale)
  return {
    base,
    event: { name, startsAt: it.startsAt, endsAt: it.endsAt, timeZone: it.timeZone, state: it.state },
    schedule,
    now: ctx.clock.now(),
    jsonLd: eventJsonLd({ community, event: it, release, locale, origin: ctx.settings.publicUrl, starts: startsOf(schedule) }),
    frame: {
      crumbs: [
        { label: pickText(community.name, locale), href: `/${community.slug}` },
        { label: name, href: base },
      ],
      accent: community.accent,
      notice: `/${community.slug}/notice`,
      live: `/live/${community.slug}/${it.slug}`,
    },
  }
}
