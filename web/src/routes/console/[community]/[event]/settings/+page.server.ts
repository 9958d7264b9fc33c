import { editEvent, openEvent, setEventState } from '@kaichang/core/community/actions.ts'
import { eventStates } from '@kaichang/core/community/model.ts'
import { authorise } from '@kaichang/core/community/permissions.ts'
import { mayBecome } from '@kaichang/core/community/rules.ts'
import { fail } from '@kaichang/core/kernel/errors.ts'
import { fromLocal, toLocal } from '#lib/format.ts'
import { goOn, submit } from '#lib/server/form.ts'
import { pairOf } from '#lib/server/pair.ts'
import { readOpened, readYuan } from '#lib/server/read.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params }) => {
  const { event } = await openEvent(locals.ctx, params.community, params.event)
  authorise(locals.actor, 'event.manage', { communityId: event.communityId, eventId: event.id })
  const {
    name,
    summary,
    purpose,
    audience,
    city,
    venue,
    address,
    venueNote,
    slug,
    timeZone,
    seats,
    cap,
    expected,
    retentionDays,
    liveUrl,
    revision,
    state,
    editionId,
  } = event
  return {
    values: {
      name,
      summary,
      purpose,
      audience,
      city,
      venue,
      address,
      venueNote,
      slug,
      timeZone,
      seats,
      cap,
      expected,
      retentionDays,
      liveUrl,
      revision,
      editionId: editionId ?? '',
      budget: event.budgetFen === 0 ? '' : String(event.budgetFen / 100),
      startsAt: toLocal(event.startsAt, timeZone),
      endsAt: toLocal(event.endsAt, timeZone),
    },
    state,
    next: eventStates.filter((to) => mayBecome(state, to)),
  }
}

export const actions: Actions = {
  save: (request) =>
    submit(request, async (sent) => {
      const { data, text } = sent
      const { ctx } = request.locals
      const { community, event } = await openEvent(ctx, request.params.community, request.params.event)
      const saved = await editEvent(
        ctx,
        community.communityId,
        event.id,
        {
          slug: text('slug'),
          name: pairOf(data, 'name'),
          summary: pairOf(data, 'summary'),
          purpose: pairOf(data, 'purpose'),
          audience: pairOf(data, 'audience'),
          city: pairOf(data, 'city'),
          venue: pairOf(data, 'venue'),
          address: pairOf(data, 'address'),
          venueNote: pairOf(data, 'venueNote'),
          startsAt: fromLocal(text('startsAt'), event.timeZone),
          endsAt: fromLocal(text('endsAt'), event.timeZone),
          timeZone: event.timeZone,
          seats: text('seats'),
          cap: text('cap'),
          expected: text('expected'),
          retentionDays: text('retentionDays'),
          liveUrl: text('liveUrl'),
          budgetFen: readYuan(sent, 'budget', 0),
          editionId: event.editionId,
        },
        readOpened(sent),
      )
      goOn(`/console/${community.slug}/${saved.slug}/settings`, 'saved')
    }),
  state: (request) =>
    submit(request, async ({ text }) => {
      const { ctx } = request.locals
      const { community, event } = await openEvent(ctx, request.params.community, request.params.event)
      const to = eventStates.find((state) => state === text('to'))
      if (!to) throw fail('input.invalid')
      await setEventState(ctx, community.communityId, event.id, to)
      goOn(`/console/${community.slug}/${event.slug}/settings`, to === 'published' ? 'published' : 'state_changed')
    }),
}
