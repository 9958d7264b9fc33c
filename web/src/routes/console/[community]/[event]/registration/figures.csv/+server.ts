import { openEvent } from '@kaichang/core/community/actions.ts'
import { figuresCsv } from '@kaichang/core/registration/actions.ts'
import { spreadsheet } from '#lib/server/spreadsheet.ts'
import type { RequestHandler } from './$types'

/** The figures as a file; they tell of nobody, so taking them out is not noted. */
export const GET: RequestHandler = async ({ locals, params }) => {
  const { event } = await openEvent(locals.ctx, params.community, params.event)
  return spreadsheet(`${event.slug}-figures`, await figuresCsv(locals.ctx, event.communityId, event.id, locals.locale))
}
