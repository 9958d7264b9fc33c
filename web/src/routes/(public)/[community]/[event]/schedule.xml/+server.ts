import { scheduleXml } from '@kaichang/core/programme/export/schedule-xml.ts'
import { feed } from '#lib/server/feed.ts'
import { openExport } from '#lib/server/schedule.ts'
import type { RequestHandler } from './$types'

export const GET: RequestHandler = async (event) => {
  const { exported, scope } = await openExport(event.locals.ctx, event.params, event.locals.locale)
  return feed(event, scope, scheduleXml(exported), 'application/xml; charset=utf-8')
}
