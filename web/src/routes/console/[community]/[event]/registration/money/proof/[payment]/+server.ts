import { proofFile } from '@kaichang/core/registration/payment/offline.actions.ts'
import { download } from '#lib/server/download.ts'
import { placeOf } from '#lib/server/place.ts'
import type { RequestHandler } from './$types'

/** The proof of a transfer, for those who look after the money. */
export const GET: RequestHandler = async (request) => {
  const { ctx, communityId, eventId } = await placeOf(request)
  return download(await proofFile(ctx, { communityId, eventId }, request.params.payment))
}
