import { openEvent } from '@kaichang/core/community/actions.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { countClick, registerAttendee, requestTicketAgain, seatsOf } from '@kaichang/core/registration/actions.ts'
import { readForm } from '@kaichang/core/registration/questions/asked.ts'
import { possibleQuestions } from '@kaichang/core/registration/questions/rules.ts'
import { redirect } from '@sveltejs/kit'
import { goOn, submit } from '#lib/server/form.ts'
import { presentQuestions, readAnswers } from '#lib/server/questions.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, url, isDataRequest }) => {
  const { ctx, locale } = locals
  const { community, event } = await openEvent(ctx, params.community, params.event)
  const seats = await seatsOf(ctx, event)
  const { questions, onlyTypeId } = await readForm(ctx, event.communityId, event.id)
  const channel = url.searchParams.get('c') ?? ''
  // A form that comes back with an error has been counted already.
  if (channel !== '' && !isDataRequest && !url.search.includes('?/') && !url.search.startsWith('?%2F'))
    await countClick(ctx, event.communityId, event.id, channel)
  const name = pickText(event.name, locale)
  const address = `/${community.slug}/${event.slug}`
  return {
    address,
    channel,
    done: url.searchParams.get('done'),
    community: { name: pickText(community.name, locale), contact: community.contact, notice: `/${community.slug}/notice` },
    event: {
      name,
      startsAt: event.startsAt,
      endsAt: event.endsAt,
      timeZone: event.timeZone,
      retentionDays: event.retentionDays,
      state: event.state,
      venue: [pickText(event.city, locale), pickText(event.venue, locale)].filter(Boolean).join(' · '),
    },
    seats,
    questions: presentQuestions(possibleQuestions(questions, { typeId: onlyTypeId }), locale, event),
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
  register: (event) =>
    submit(event, async (sent) => {
      const { data, key, text } = sent
      const { ctx, locale } = event.locals
      const place = await openEvent(ctx, event.params.community, event.params.event)
      const input = {
        name: text('name'),
        phone: text('phone'),
        email: text('email'),
        channel: text('channel'),
        locale,
        consents: asBoxes(data['consents']),
        answers: await readAnswers(sent, ctx, { communityId: place.community.communityId, eventId: place.event.id }),
      }
      const { links } = await registerAttendee(ctx, place.community.communityId, place.event.id, input, { key })
      redirect(303, `${links.path}?done=registered`)
    }),
  /** The link of a ticket that exists goes to its own address again; the answer is the same when there is none. */
  again: (event) =>
    submit(event, async ({ text }) => {
      const { ctx } = event.locals
      const { community, event: it } = await openEvent(ctx, event.params.community, event.params.event)
      await requestTicketAgain(ctx, community.communityId, it.id, { phone: text('phone'), email: text('email') })
      goOn(`/${community.slug}/${it.slug}/register`, 'sent')
    }),
}

/** The ticked boxes of the form; anything else counts as not ticked. */
function asBoxes(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
}
