import { openEvent } from '@kaichang/core/community/actions.ts'
import { exportRegistrationsCsv } from '@kaichang/core/registration/actions.ts'
import { spreadsheet } from '#lib/server/spreadsheet.ts'
import type { RequestHandler } from './$types'

/** The list as a file. A POST, since each export is noted in the journal. */
export const POST: RequestHandler = async ({ locals, params, request }) => {
  const { event } = await openEvent(locals.ctx, params.community, params.event)
  // A program that sends no form gets the list for the event, or is told that it may not.
  const form = await request.formData().catch(() => new FormData())
  const purpose = String(form.get('purpose') ?? 'event')
  const csv = await exportRegistrationsCsv(locals.ctx, event.communityId, event.id, { purpose, locale: locals.locale })
  return spreadsheet(`${event.slug}-${purpose}`, csv)
}
