import { fail } from '@kaichang/core/kernel/errors.ts'
import { openOrderFile } from '@kaichang/core/registration/orders/staff.actions.ts'
import { download } from '#lib/server/download.ts'
import { isId } from '#lib/server/ids.ts'
import { placeOf } from '#lib/server/place.ts'
import type { RequestHandler } from './$types'

/** A file that somebody handed in with an order, for those who look orders through. */
export const GET: RequestHandler = async (request) => {
  const { ctx, communityId, eventId } = await placeOf(request)
  const { placed, file } = request.params
  if (!isId(placed)) throw fail('thing.not_found')
  return download(await openOrderFile(ctx, communityId, eventId, placed, file))
}
