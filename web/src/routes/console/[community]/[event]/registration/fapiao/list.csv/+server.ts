import { exportFapiaoCsv } from '@kaichang/core/registration/fapiao/export.actions.ts'
import { placeOf } from '#lib/server/place.ts'
import { spreadsheet } from '#lib/server/spreadsheet.ts'
import type { RequestHandler } from './$types'

/** What invoices are asked for, as a file. A POST, since each export is noted in the journal. */
export const POST: RequestHandler = async (request) => {
  const { ctx, event, locale, communityId, eventId } = await placeOf(request)
  return spreadsheet(`${event.slug}-fapiao`, await exportFapiaoCsv(ctx, { communityId, eventId }, locale))
}
