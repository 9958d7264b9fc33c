import { openEvent } from '@kaichang/core/community/actions.ts'
import { can } from '@kaichang/core/community/permissions.ts'
import { fail } from '@kaichang/core/kernel/errors.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { cancelRegistration, findFullRegistration, resendTicket } from '@kaichang/core/registration/actions.ts'
import { answersOfBooking } from '@kaichang/core/registration/questions/answers.actions.ts'
import { sourcesOf } from '@kaichang/core/registration/import/actions.ts'
import { goOn, submit } from '#lib/server/form.ts'
import { presentAnswers } from '#lib/server/questions.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'

const isId = (id: string): boolean => /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(id)

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { event } = await openEvent(locals.ctx, params.community, params.event)
  const row = isId(params.id) ? await findFullRegistration(locals.ctx, event.communityId, event.id, params.id) : undefined
  if (!row) throw fail('thing.not_found')
  return {
    booking: { ...row, channel: row.channel ? pickText(row.channel, locals.locale) : '' },
    sources: await sourcesOf(locals.ctx, event.communityId, event.id, params.id),
    answers: presentAnswers(await answersOfBooking(locals.ctx, event.communityId, event.id, params.id), locals.locale),
    mayEdit: can(locals.actor, 'registration.edit', { communityId: event.communityId, eventId: event.id }),
    done: url.searchParams.get('done'),
    timeZone: event.timeZone,
  }
}

async function enter({ locals, params }: RequestEvent) {
  const { community, event } = await openEvent(locals.ctx, params.community, params.event)
  if (!isId(params.id)) throw fail('thing.not_found')
  return {
    ctx: locals.ctx,
    communityId: event.communityId,
    eventId: event.id,
    id: params.id,
    path: `/console/${community.slug}/${event.slug}/registration/${params.id}`,
  }
}

export const actions: Actions = {
  cancel: (request) =>
    submit(request, async () => {
      const { ctx, communityId, eventId, id, path } = await enter(request)
      await cancelRegistration(ctx, communityId, eventId, id)
      goOn(path, 'cancel')
    }),
  resend: (request) =>
    submit(request, async () => {
      const { ctx, communityId, eventId, id, path } = await enter(request)
      await resendTicket(ctx, communityId, eventId, id)
      goOn(path, 'resend')
    }),
}
