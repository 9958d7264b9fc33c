import { openEvent } from '@kaichang/core/community/actions.ts'
import { authorise } from '@kaichang/core/community/permissions.ts'
import { fail } from '@kaichang/core/kernel/errors.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { cancelSession, editSession, openProgramme, removeSession, restoreSession } from '@kaichang/core/programme/actions.ts'
import { isTalk, levels, sessionKinds } from '@kaichang/core/programme/model.ts'
import { setSpeakers } from '@kaichang/core/programme/release.actions.ts'
import { readRelease } from '@kaichang/core/programme/read.ts'
import { speakersMark } from '@kaichang/core/programme/rules.ts'
import { formatTime, toLocal } from '#lib/format.ts'
import { goOn, submit } from '#lib/server/form.ts'
import { isOneDay, sessionFields, speakerFields } from '#lib/server/programme-form.ts'
import { readOpened } from '#lib/server/read.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params }) => {
  const { ctx, locale } = locals
  const { community, event } = await openEvent(ctx, params.community, params.event)
  authorise(locals.actor, 'programme.edit', { communityId: event.communityId, eventId: event.id })
  const { halls, sessions } = await openProgramme(ctx, event.communityId, event.id)
  const session = sessions.find((one) => one.id === params.session)
  if (!session) throw fail('thing.not_found')
  const release = await readRelease(ctx, event)
  const released = release?.sessions.find((one) => one.id === session.id)
  const oneDay = isOneDay(event)
  const { startsAt, ...values } = session
  return {
    title: pickText(session.title, locale),
    values: { ...values, startsAt: startsAt ? (oneDay ? formatTime(startsAt, event.timeZone) : toLocal(startsAt, event.timeZone)) : '' },
    oneDay,
    timeZone: event.timeZone,
    kinds: [...sessionKinds],
    levels: [...levels],
    halls: halls.map((hall) => ({ id: hall.id, name: pickText(hall.name, locale) })),
    was: speakersMark(session.speakers),
    names: [...new Set(sessions.flatMap((one) => one.speakers.map((speaker) => speaker.name)))],
    released: released !== undefined,
    publicPath: released && isTalk(released) ? `/${community.slug}/${event.slug}/talks/${released.slug}` : null,
  }
}

export const actions: Actions = {
  save: (request) =>
    submit(request, async (sent) => {
      const { ctx } = request.locals
      const { community, event } = await openEvent(ctx, request.params.community, request.params.event)
      await editSession(ctx, event.communityId, event.id, request.params.session, {
        ...sessionFields(sent, event),
        ...readOpened(sent),
      })
      goOn(`/console/${community.slug}/${event.slug}/programme`, 'saved')
    }),
  speakers: (request) =>
    submit(request, async ({ data, text }) => {
      const { ctx, url } = { ctx: request.locals.ctx, url: request.url }
      const { event } = await openEvent(ctx, request.params.community, request.params.event)
      await setSpeakers(ctx, event.communityId, event.id, request.params.session, { speakers: speakerFields(data), was: text('was') })
      goOn(`${url.pathname}#speakers`, 'saved')
    }),
  cancel: (request) => step(request, 'was_cancelled', cancelSession),
  restore: (request) => step(request, 'was_restored', restoreSession),
  remove: (request) => step(request, 'was_removed', removeSession),
}

function step(request: Parameters<NonNullable<Actions['cancel']>>[0], done: string, action: typeof cancelSession) {
  return submit(request, async () => {
    const { ctx } = request.locals
    const { community, event } = await openEvent(ctx, request.params.community, request.params.event)
    await action(ctx, event.communityId, event.id, request.params.session)
    goOn(`/console/${community.slug}/${event.slug}/programme`, done)
  })
}
