import { exportOrder } from '@kaichang/core/registration/orders/own.actions.ts'
import type { RequestHandler } from './$types'

/** The orderer's copy. A POST, because it is noted in the journal and no previewer should ask for it. */
export const POST: RequestHandler = async ({ locals, params }) => {
  const copy = await exportOrder(locals.ctx, params.order)
  return new Response(`${JSON.stringify(copy, null, 2)}\n`, {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': 'attachment; filename="my-order.json"',
      'cache-control': 'private, no-store',
    },
  })
}
