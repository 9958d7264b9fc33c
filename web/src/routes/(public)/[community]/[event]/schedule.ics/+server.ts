import { scheduleIcs } from '@kaichang/core/programme/export/schedule-ics.ts'
import { feed } from '#lib/server/feed.ts'
import { openExport } from '#lib/server/schedule.ts'
import type { RequestHandler } from './$types'

export const GET: RequestHandler = async (event) => {
  const { exported, scope } = await openExport(event.locals.ctx, event.params, event.locals.locale)
  return feed(event, scope, scheduleIcs(exported), 'text/calendar; charset=utf-8', `${event.params.event}.ics`)
}
