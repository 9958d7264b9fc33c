import { fail } from '@kaichang/core/kernel/errors.ts'
import { scheduleIcs } from '@kaichang/core/programme/export/schedule-ics.ts'
import { feed } from '#lib/server/feed.ts'
import { openExport } from '#lib/server/schedule.ts'
import type { RequestHandler } from './$types'

export const GET: RequestHandler = async (event) => {
  const { exported, scope } = await openExport(event.locals.ctx, event.params, event.locals.locale)
  const session = exported.release?.sessions.find((s) => s.slug === event.params.talk)
  if (!session) throw fail('thing.not_found')
  return feed(event, scope, scheduleIcs(exported, session), 'text/calendar; charset=utf-8', `${session.slug}.ics`)
}
