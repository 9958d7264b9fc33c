import { exportMyWaiting } from '@kaichang/core/registration/waiting/own.actions.ts'
import type { RequestHandler } from './$types'

/** The holder's copy. A POST like that of a ticket, so that no previewer asks for it. */
export const POST: RequestHandler = async ({ locals, params }) => {
  const copy = await exportMyWaiting(locals.ctx, params.waiting)
  return new Response(`${JSON.stringify(copy, null, 2)}\n`, {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': 'attachment; filename="my-data.json"',
      'cache-control': 'private, no-store',
    },
  })
}
