import { exportFapiaoXlsx } from '@kaichang/core/registration/fapiao/export.actions.ts'
import { placeOf } from '#lib/server/place.ts'
import { workbook } from '#lib/server/spreadsheet.ts'
import type { RequestHandler } from './$types'

/** The same as a workbook. */
export const POST: RequestHandler = async (request) => {
  const { ctx, event, locale, communityId, eventId } = await placeOf(request)
  return workbook(`${event.slug}-fapiao`, await exportFapiaoXlsx(ctx, { communityId, eventId }, locale))
}
