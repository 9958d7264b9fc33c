import { pickText } from '@kaichang/core/kernel/text.ts'
import { metrics } from '@kaichang/core/stage/model.ts'
import { metricNames } from '@kaichang/core/stage/sentences.ts'
import { placeOf } from '#lib/server/place.ts'
import { openScreens } from '#lib/server/stage.ts'
import { stageActions } from '#lib/server/stage-actions.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, event, community, base, may } = await placeOf(request)
  const { screen, halls, figures } = await openScreens(ctx, event, locale, request.url.searchParams.get('hall'))
  const query = screen.hallId ? `?hall=${encodeURIComponent(screen.hallId)}` : ''
  return {
    screen,
    halls,
    query,
    state: `${base}/stage/state.json${query}`,
    live: `/live/${community.slug}/${event.slug}`,
    mayRun: may('stage.run'),
    mayPlan: may('programme.edit'),
    metrics: metrics.map((metric) => ({ value: metric, label: pickText(metricNames[metric], locale) })),
    figures: figures.map((figure) => ({
      id: figure.id,
      what: pickText(metricNames[figure.metric], locale),
      platform: figure.platform,
      value: figure.value,
      at: figure.at,
    })),
  }
}

export const actions: Actions = stageActions(async (request) => {
  const { ctx, event, base } = await placeOf({
    locals: request.locals,
    params: { community: request.params['community'] ?? '', event: request.params['event'] ?? '' },
  })
  return { ctx, event, back: `${base}/stage` }
})
