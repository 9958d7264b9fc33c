import { codeFileForStaff } from '@kaichang/core/registration/payment/setting.actions.ts'
import { download } from '#lib/server/download.ts'
import { placeOf } from '#lib/server/place.ts'
import type { RequestHandler } from './$types'

/** The picture of the collection code, for those who look after the money. */
export const GET: RequestHandler = async (request) => {
  const { ctx, communityId, eventId } = await placeOf(request)
  return download(await codeFileForStaff(ctx, { communityId, eventId }))
}
