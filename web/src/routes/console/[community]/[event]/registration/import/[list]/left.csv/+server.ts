import { openEvent } from '@kaichang/core/community/actions.ts'
import { exportLeftOut } from '@kaichang/core/registration/import/actions.ts'
import type { RequestHandler } from './$types'

/** The rows that were not taken, with the reasons. A POST, since each export is noted in the journal. */
export const POST: RequestHandler = async ({ locals, params }) => {
  const { event } = await openEvent(locals.ctx, params.community, params.event)
  const csv = await exportLeftOut(locals.ctx, event.communityId, event.id, params.list, locals.locale)
  return new Response(csv, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${event.slug}-not-taken.csv"`,
      'cache-control': 'private, no-store',
    },
  })
}
