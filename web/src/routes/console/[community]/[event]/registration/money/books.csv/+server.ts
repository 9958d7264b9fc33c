import { exportLedgerCsv } from '@kaichang/core/registration/payment/books.actions.ts'
import { placeOf } from '#lib/server/place.ts'
import { spreadsheet } from '#lib/server/spreadsheet.ts'
import type { RequestHandler } from './$types'

/** The books as a file. A POST, since each export is noted in the journal. */
export const POST: RequestHandler = async (request) => {
  const { ctx, event, locale, communityId, eventId } = await placeOf(request)
  return spreadsheet(`${event.slug}-books`, await exportLedgerCsv(ctx, { communityId, eventId }, locale))
}
