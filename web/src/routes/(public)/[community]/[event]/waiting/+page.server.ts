import { openEvent } from '@kaichang/core/community/actions.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { joinWaiting } from '@kaichang/core/registration/waiting/join.actions.ts'
import { waitingTerms } from '@kaichang/core/registration/waiting/wanted.ts'
import { redirect } from '@sveltejs/kit'
import { submit } from '#lib/server/form.ts'
import { words } from '#lib/words/define.ts'
import { waitingWords } from '#lib/words/waiting.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { ctx, locale } = locals
  const { community, event } = await openEvent(ctx, params.community, params.event)
  const channel = url.searchParams.get('c') ?? ''
  const { taking, open, offerHours, quiet, tickets } = await waitingTerms(ctx, event, channel)
  const name = pickText(event.name, locale)
  const address = `/${community.slug}/${event.slug}`
  const t = words(waitingWords, locale)
  return {
    address,
    channel,
    chosen: url.searchParams.get('type') ?? '',
    taking,
    // When one person can simply register, waiting is for parties only.
    seatsThere: open && tickets.length > 0 && tickets.every(({ free }) => free),
    offerHours,
    quiet: quiet.from === quiet.until ? null : { from: quiet.from, until: quiet.until },
    tickets: tickets.map(({ id, name: typeName, free, maximum }) => ({ id, name: pickText(typeName, locale) || t('seat'), free, maximum })),
    community: { name: pickText(community.name, locale), contact: community.contact, notice: `/${community.slug}/notice` },
    event: {
      name,
      startsAt: event.startsAt,
      endsAt: event.endsAt,
      timeZone: event.timeZone,
      retentionDays: event.retentionDays,
      state: event.state,
    },
    frame: {
      crumbs: [
        { label: pickText(community.name, locale), href: `/${community.slug}` },
        { label: name, href: address },
      ],
      accent: community.accent,
      notice: `/${community.slug}/notice`,
    },
  }
}

export const actions: Actions = {
  default: (event) =>
    submit(event, async ({ text, key }) => {
      const { ctx, locale } = event.locals
      const { community, event: it } = await openEvent(ctx, event.params.community, event.params.event)
      const input = {
        ticketType: text('type'),
        seats: text('seats'),
        together: text('together') !== 'some',
        name: text('name'),
        phone: text('phone'),
        email: text('email'),
        channel: text('channel'),
        locale,
        consents: { registration: text('consents.registration') },
      }
      const { path } = await joinWaiting(ctx, community.communityId, it.id, input, key)
      redirect(303, `${path}?done=joined`)
    }),
}
