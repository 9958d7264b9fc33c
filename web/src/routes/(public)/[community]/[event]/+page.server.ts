import { openEvent } from '@kaichang/core/community/actions.ts'
import { phaseOf } from '@kaichang/core/community/rules.ts'
import { readEdition } from '@kaichang/core/community/read.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { publicPartnersOf } from '@kaichang/core/partners/actions.ts'
import { supportNames } from '@kaichang/core/partners/model.ts'
import { eventJsonLd } from '@kaichang/core/programme/json-ld.ts'
import { readRelease } from '@kaichang/core/programme/read.ts'
import { publicRange, seatsOf } from '@kaichang/core/registration/actions.ts'
import { choicesOf, type Choices } from '@kaichang/core/registration/orders/choices.ts'
import { readForm } from '@kaichang/core/registration/questions/asked.ts'
import { openRecap } from '@kaichang/core/story/actions.ts'
import { publicPage } from '#lib/server/public-page.ts'
import { publicSchedule, startsOf } from '#lib/server/schedule.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async (request) => {
  const { ctx, locale } = request.locals
  const { community, event } = await openEvent(ctx, request.params.community, request.params.event)
  const place = { communityId: event.communityId, eventId: event.id }
  publicPage(request, place)
  const [schedule, release, seats, choices, form, partners, recap, edition] = await Promise.all([
    publicSchedule(ctx, community, event, locale),
    readRelease(ctx, event),
    seatsOf(ctx, event),
    choicesOf(ctx, event),
    readForm(ctx, place.communityId, place.eventId),
    publicPartnersOf(ctx.db, place.communityId, place.eventId),
    openRecap(ctx, community, event, locale),
    readEdition(ctx, event),
  ])
  const base = `/${community.slug}/${event.slug}`
  const name = pickText(event.name, locale)
  const said = (text: Parameters<typeof pickText>[0]): string => pickText(text, locale)
  const phase = phaseOf(event, ctx.clock.now())
  const forecast = seats.taken >= 10 && phase !== 'after' ? await publicRange(ctx, event, seats.taken) : null
  return {
    base,
    // The entrance by which somebody came goes with them to the form.
    register: `${base}/register${entrance(request.url)}`,
    event: {
      name,
      summary: said(event.summary),
      purpose: said(event.purpose),
      audience: said(event.audience),
      city: said(event.city),
      venue: said(event.venue),
      address: said(event.address),
      venueNote: said(event.venueNote),
      startsAt: event.startsAt,
      endsAt: event.endsAt,
      timeZone: event.timeZone,
      state: event.state,
      liveUrl: event.liveUrl,
      retentionDays: event.retentionDays,
    },
    phase,
    example: community.example,
    seats: { cap: seats.cap, taken: seats.taken, opening: seats.opening, opensAt: seats.opensAt },
    ...presentChoices(choices, seats.left),
    questions: form.questions.length,
    waiting: choices.waitingOpen ? `${base}/waiting${entrance(request.url)}` : '',
    forecast,
    schedule,
    now: ctx.clock.now(),
    partners: partners.map((partner) => ({
      name: partner.name,
      url: partner.url,
      what: said(partner.what),
      kinds: partner.kinds.map((kind) => said(supportNames[kind])),
    })),
    recap: recap ? { title: recap.title } : null,
    jsonLd: eventJsonLd({ community, event, release, locale, origin: ctx.settings.publicUrl, starts: startsOf(schedule) }),
    frame: {
      crumbs: [{ label: edition ? `${said(community.name)} · ${said(edition.name)}` : said(community.name), href: `/${community.slug}` }],
      accent: community.accent,
      notice: `/${community.slug}/notice`,
      live: `/live/${community.slug}/${event.slug}`,
    },
  }
}

/** What a ticket costs, from the least to the most, and whether none is to be had. Nothing is said where there is but a free seat. */
function presentChoices({ tickets }: Choices, left: number | null) {
  const all = tickets.filter((one) => one.sale !== 'over').flatMap((one) => (one.variants.length > 0 ? one.variants : [one]))
  const prices = all.map((one) => one.priceFen)
  const most = Math.max(0, ...prices)
  return {
    full: all.length === 0 ? left === 0 : all.every((one) => one.room === 0),
    price: most === 0 ? null : { least: Math.min(...prices), most, open: all.some((one) => one.pricing === 'open') },
  }
}

function entrance(url: URL): string {
  const channel = url.searchParams.get('c')
  return channel && /^[a-z0-9-]{1,60}$/.test(channel) ? `?c=${channel}` : ''
}
