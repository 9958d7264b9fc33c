import { exportVouchersCsv } from '@kaichang/core/registration/vouchers/actions.ts'
import { placeOf } from '#lib/server/place.ts'
import { spreadsheet } from '#lib/server/spreadsheet.ts'
import type { RequestHandler } from './$types'

/** The vouchers as a file, or one heap of them (`batch`). A POST: that they were taken out stands in the journal. */
export const POST: RequestHandler = async (request) => {
  const { ctx, locale, community, event, communityId, eventId } = await placeOf(request)
  const form = await request.request.formData().catch(() => new FormData())
  const batch = form.get('batch')
  const csv = await exportVouchersCsv(ctx, communityId, eventId, {
    locale,
    timeZone: event.timeZone,
    page: `${ctx.settings.publicUrl}/${community.slug}/${event.slug}/register`,
    ...(typeof batch === 'string' && batch !== '' ? { batch } : {}),
  })
  return spreadsheet(`${event.slug}-vouchers`, csv)
}
