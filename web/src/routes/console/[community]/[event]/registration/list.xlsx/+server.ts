import { openEvent } from '@kaichang/core/community/actions.ts'
import { exportRegistrations } from '@kaichang/core/registration/actions.ts'
import { spreadsheet } from '#lib/server/spreadsheet.ts'
import type { RequestHandler } from './$types'

/** The list as a workbook. A POST, since each export is noted in the journal. */
export const POST: RequestHandler = async ({ locals, params, request }) => {
  const { ctx, locale } = locals
  const { event } = await openEvent(ctx, params.community, params.event)
  const form = await request.formData().catch(() => new FormData())
  const purpose = String(form.get('purpose') ?? 'event')
  const table = await exportRegistrations(ctx, event.communityId, event.id, { purpose, locale })
  return spreadsheet(`${event.slug}-${purpose}`, { sheets: [table], at: ctx.clock.now() })
}
