import { scheduleJson } from '@kaichang/core/programme/export/schedule-json.ts'
import { liveTimes } from '@kaichang/core/stage/view.ts'
import { feed } from '#lib/server/feed.ts'
import { openExport } from '#lib/server/schedule.ts'
import type { RequestHandler } from './$types'

export const GET: RequestHandler = async (event) => {
  const { exported, stages, scope } = await openExport(event.locals.ctx, event.params, event.locals.locale)
  return feed(event, scope, `${JSON.stringify(scheduleJson(exported, liveTimes(stages)), null, 1)}\n`, 'application/json; charset=utf-8')
}
