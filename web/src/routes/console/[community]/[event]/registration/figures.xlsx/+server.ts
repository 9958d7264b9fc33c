import { openEvent } from '@kaichang/core/community/actions.ts'
import { figureSheets } from '@kaichang/core/registration/actions.ts'
import { spreadsheet } from '#lib/server/spreadsheet.ts'
import type { RequestHandler } from './$types'

/** The figures as a workbook; they tell of nobody, so taking them out is not noted. */
export const GET: RequestHandler = async ({ locals, params }) => {
  const { ctx, locale } = locals
  const { event } = await openEvent(ctx, params.community, params.event)
  const sheets = await figureSheets(ctx, event.communityId, event.id, locale)
  return spreadsheet(`${event.slug}-figures`, { sheets, at: ctx.clock.now() })
}
