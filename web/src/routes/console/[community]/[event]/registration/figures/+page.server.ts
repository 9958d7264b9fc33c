import { openEvent } from '@kaichang/core/community/actions.ts'
import { can } from '@kaichang/core/community/permissions.ts'
import { localDay } from '@kaichang/core/community/rules.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { detailsOf, figuresOf, seatsOf } from '@kaichang/core/registration/actions.ts'
import { projectOf } from '@kaichang/core/registration/forecast/project.rules.ts'
import { summariseAnswers } from '@kaichang/core/registration/questions/summary.ts'
import { presentOutlook } from '#lib/server/outlook.ts'
import { figureWords } from '#lib/words/registration-figures.ts'
import { words } from '#lib/words/define.ts'
import type { PageServerLoad } from './$types'

/** More lines than these cannot be told apart in one plot; the table below has them all. */
const MOST_LINES = 3

export const load: PageServerLoad = async ({ locals, params }) => {
  const { ctx, actor, locale } = locals
  const { event } = await openEvent(ctx, params.community, params.event)
  const place = { communityId: event.communityId, eventId: event.id }
  const figures = await figuresOf(ctx, place.communityId, place.eventId)
  const [details, answers, seats] = await Promise.all([
    detailsOf(ctx, place.communityId, place.eventId),
    summariseAnswers(ctx, place.communityId, place.eventId),
    seatsOf(ctx, event),
  ])
  const t = words(figureWords, locale)
  const day = (key: string): Date => new Date(`${key}T12:00:00Z`)
  const first = figures.curve[0]?.day
  const largest = figures.channels.toSorted((a, b) => b.registered - a.registered).slice(0, MOST_LINES)
  const nameOf = (one: (typeof largest)[number]): string => (one.name ? pickText(one.name, locale) : t('direct'))
  return {
    mayExport: can(actor, 'registration.export', place),
    timeZone: event.timeZone,
    outlook: presentOutlook(figures, locale),
    over: seats.opening === 'over',
    came: figures.channels.reduce((sum, one) => sum + one.came, 0),
    curve: figures.curve.map(({ day: key, total }) => ({ day: day(key), value: total })),
    series:
      figures.channels.length > 1
        ? largest.map((one) => ({
            name: nameOf(one),
            points: figures.curve.map((point) => ({ day: day(point.day), value: point.byChannel[one.channelId ?? ''] ?? 0 })),
          }))
        : [],
    forecast:
      seats.opening === 'open'
        ? projectOf(figures.curve, localDay(event.startsAt, event.timeZone), event.cap).map((one) => ({ ...one, day: day(one.day) }))
        : [],
    last: details.last && {
      name: pickText(details.last.name, locale),
      startsAt: details.last.startsAt,
      atThisPoint: details.last.atThisPoint,
      registered: details.last.registered,
      // From where this one began, so that a longer run-up last time does not press this curve to the edge.
      points: details.last.curve
        .filter((one) => first !== undefined && one.day >= first)
        .map((one) => ({ day: day(one.day), value: one.total })),
    },
    channels: figures.channels.map((one) => ({
      id: one.channelId ?? 'direct',
      name: nameOf(one),
      tracked: one.channelId !== null,
      clicks: one.clicks,
      registered: one.registered,
      cancelled: one.cancelled,
      came: one.came,
    })),
    types: details.types.map((one) => ({ ...one, id: one.typeId ?? '', name: pickText(one.name, locale) || t('no_type') })),
    answers: answers.map((one) => ({
      ...one,
      label: pickText(one.label, locale),
      unit: pickText(one.unit, locale),
      choices: one.choices.map((choice) => ({ ...choice, label: pickText(choice.label, locale) })),
    })),
  }
}
