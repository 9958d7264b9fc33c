import { exportMine } from '@kaichang/core/registration/actions.ts'
import type { RequestHandler } from './$types'

/** The holder's copy. A POST, because it is noted in the journal and no previewer should ask for it. */
export const POST: RequestHandler = async ({ locals, params }) => {
  const copy = await exportMine(locals.ctx, params.ticket)
  return new Response(`${JSON.stringify(copy, null, 2)}\n`, {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': 'attachment; filename="my-data.json"',
      'cache-control': 'private, no-store',
    },
  })
}
