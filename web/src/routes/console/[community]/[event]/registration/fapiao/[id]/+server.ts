import { fapiaoFileForStaff } from '@kaichang/core/registration/fapiao/actions.ts'
import { download } from '#lib/server/download.ts'
import { placeOf } from '#lib/server/place.ts'
import type { RequestHandler } from './$types'

/** An invoice that was brought in, for those who look after the money. */
export const GET: RequestHandler = async (request) => {
  const { ctx, communityId, eventId } = await placeOf(request)
  return download(await fapiaoFileForStaff(ctx, { communityId, eventId }, request.params.id))
}
