import { localDay, phaseOf } from '@kaichang/core/community/rules.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { chooseDate, considerDate, openPlan, rejectDate } from '@kaichang/core/plan/actions.ts'
import { dayHint, isAwkward, type DayHint } from '@kaichang/core/plan/calendar.rules.ts'
import { daysBetween } from '@kaichang/core/plan/road.rules.ts'
import { goOn, submit, type Sent } from '#lib/server/form.ts'
import { placeOf, type Place } from '#lib/server/place.ts'
import { readText } from '#lib/server/read.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, event, communityId, eventId } = await placeOf(request)
  const { dates } = await openPlan(ctx, communityId, eventId)
  const eventDay = localDay(event.startsAt, event.timeZone)
  const say = (hint: DayHint) => ({
    kind: hint.kind,
    announced: hint.announced,
    awkward: isAwkward(hint),
    name: pickText(hint.name, locale),
    meaning: hint.meaning.map(({ text, good }) => ({ text: pickText(text, locale), good })),
  })
  return {
    eventDay,
    // What is over is not moved any more.
    open: phaseOf(event, ctx.clock.now()) === 'before',
    eventHint: say(dayHint(eventDay)),
    dates: dates.map(({ id, day, state, reason }) => ({
      id,
      day,
      offset: daysBetween(eventDay, day),
      state,
      reason: pickText(reason, locale),
      hint: say(dayHint(day)),
    })),
  }
}

function act(run: (sent: Sent, place: Place) => Promise<string>) {
  return (request: RequestEvent) =>
    submit(request, async (sent) => {
      const place = await placeOf(request)
      goOn(`${place.base}/plan/dates`, await run(sent, place))
    })
}

export const actions: Actions = {
  consider: act(async (sent, { ctx, communityId, eventId }) => {
    await considerDate(ctx, communityId, eventId, sent.text('day'), readText(sent, 'reason'), sent.key)
    return 'added'
  }),
  reject: act(async (sent, { ctx, communityId, eventId }) => {
    await rejectDate(ctx, communityId, eventId, sent.text('id'), readText(sent, 'reason'))
    return 'rejected'
  }),
  choose: act(async (sent, { ctx, communityId, eventId }) => {
    await chooseDate(ctx, communityId, eventId, sent.text('id'))
    return 'chosen'
  }),
}
