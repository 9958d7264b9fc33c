import { can } from '@kaichang/core/community/permissions.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import {
  dropChange,
  groupsOf,
  planReconfirm,
  planReminder,
  readPlans,
  readQuiet,
  setQuiet,
  toTell,
  withdrawMessage,
} from '@kaichang/core/registration/messages/actions.ts'
import { isTimed } from '@kaichang/core/registration/messages/plan.rules.ts'
import { isId } from '#lib/server/ids.ts'
import { goOn, submit, type Sent } from '#lib/server/form.ts'
import { placeOf, type Place } from '#lib/server/place.ts'
import { fail } from '@kaichang/core/kernel/errors.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, event, communityId, eventId } = await placeOf(request)
  const { plans, answers } = await readPlans(ctx, communityId, eventId)
  const types = new Map((await groupsOf(ctx, communityId, eventId)).map(({ id, name }) => [id, name]))
  const tell = await toTell(ctx, communityId, eventId)
  return {
    done: request.url.searchParams.get('done'),
    now: ctx.clock.now(),
    mayQuiet: can(ctx.actor, 'registration.edit', { communityId }),
    plans: plans.map((plan) => ({
      ...plan,
      subject: pickText(plan.subject, locale),
      body: pickText(plan.body, locale),
      type: plan.ticketTypeId === null ? '' : pickText(types.get(plan.ticketTypeId), locale),
      // A free text with a moment of its own can be changed until it goes out.
      timed: plan.kind === 'free' && isTimed(plan),
      changes: plan.changes.map(({ field, from, to }) => ({ field, from: pickText(from, locale), to: pickText(to, locale) })),
    })),
    answers,
    quiet: await readQuiet(ctx, communityId, eventId),
    state: event.state,
    tell: tell && {
      kind: tell.kind,
      receivers: tell.receivers,
      changes: tell.changes.map(({ field, from, to }) => ({ field, from: pickText(from, locale), to: pickText(to, locale) })),
    },
  }
}

function act(run: (sent: Sent, place: Place) => Promise<string>) {
  return (request: RequestEvent) =>
    submit(request, async (sent) => {
      const place = await placeOf(request)
      goOn(`${place.base}/messages`, await run(sent, place))
    })
}

export const actions: Actions = {
  reminder: act(async ({ text }, { ctx, communityId, eventId }) => {
    await planReminder(ctx, communityId, eventId, {
      on: text('on'),
      unit: text('unit') === 'hours' ? 'hours' : 'days',
      daysBefore: text('daysBefore') || undefined,
      atTime: text('atTime') || undefined,
      hoursBefore: text('hoursBefore') || undefined,
    })
    return 'saved'
  }),
  reconfirm: act(async ({ text }, { ctx, communityId, eventId }) => {
    const silent = text('silent')
    await planReconfirm(ctx, communityId, eventId, {
      on: text('on'),
      daysBefore: text('daysBefore') || undefined,
      atTime: text('atTime') || undefined,
      untilDays: text('untilDays') || undefined,
      silent: silent === 'remind' || silent === 'release' ? silent : 'keep',
    })
    return 'saved'
  }),
  drop: act(async (_sent, { ctx, communityId, eventId }) => {
    await dropChange(ctx, communityId, eventId)
    return 'dropped'
  }),
  withdraw: act(async ({ text }, { ctx, communityId, eventId }) => {
    if (!isId(text('id'))) throw fail('thing.not_found')
    await withdrawMessage(ctx, communityId, eventId, text('id'))
    return 'withdrawn'
  }),
  quiet: act(async ({ text }, { ctx, communityId }) => {
    await setQuiet(ctx, communityId, { from: text('from'), until: text('until') })
    return 'saved'
  }),
}
