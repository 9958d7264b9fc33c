import { pickText } from '@kaichang/core/kernel/text.ts'
import {
  letOthersPass,
  moveWaiting,
  offerNow,
  openWaitingList,
  readWaitingList,
  removeWaiting,
  type WaitingRow,
} from '@kaichang/core/registration/waiting/staff.actions.ts'
import type { RequestEvent } from '@sveltejs/kit'
import { goOn, submit, type Sent } from '#lib/server/form.ts'
import { placeOf, type Place } from '#lib/server/place.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async (request) => {
  const place = await placeOf(request)
  const { ctx, communityId, eventId, locale } = place
  const list = await readWaitingList(ctx, communityId, eventId)
  const present = ({ typeName, reason, ...row }: WaitingRow) => ({
    ...row,
    typeName: typeName ? pickText(typeName, locale) : '',
    reason: reason && { ...reason, limitName: reason.limitName ? pickText(reason.limitName, locale) : '' },
  })
  return {
    done: request.url.searchParams.get('done'),
    open: list.open,
    figures: list.figures,
    offered: list.offered.map(present),
    waiting: list.waiting.map(present),
    mayEdit: place.may('registration.edit'),
    page: `/${place.community.slug}/${place.event.slug}/waiting`,
  }
}

const act = (request: RequestEvent, done: string, run: (place: Place, id: string, sent: Sent) => Promise<void>) =>
  submit(request, async (sent) => {
    const { community = '', event = '' } = request.params
    const place = await placeOf({ locals: request.locals, params: { community, event } })
    await run(place, sent.text('id'), sent)
    goOn(`${place.base}/registration/waiting`, done)
  })

export const actions: Actions = {
  open: (request) => act(request, 'opened', ({ ctx, communityId, eventId }) => openWaitingList(ctx, communityId, eventId, true)),
  close: (request) => act(request, 'closed', ({ ctx, communityId, eventId }) => openWaitingList(ctx, communityId, eventId, false)),
  up: (request) => act(request, 'moved', ({ ctx, communityId, eventId }, id) => moveWaiting(ctx, communityId, eventId, id, -1)),
  down: (request) => act(request, 'moved', ({ ctx, communityId, eventId }, id) => moveWaiting(ctx, communityId, eventId, id, 1)),
  pass: (request) => act(request, 'passed', ({ ctx, communityId, eventId }, id) => letOthersPass(ctx, communityId, eventId, id)),
  call: (request) => act(request, 'offered', ({ ctx, communityId, eventId }, id) => offerNow(ctx, communityId, eventId, id)),
  remove: (request) =>
    act(request, 'removed', ({ ctx, communityId, eventId }, id, { text }) => removeWaiting(ctx, communityId, eventId, id, text('reason'))),
}
