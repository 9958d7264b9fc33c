import { openAnswerFile } from '@kaichang/core/registration/questions/answers.actions.ts'
import { download } from '#lib/server/download.ts'
import { placeOf } from '#lib/server/place.ts'
import type { RequestHandler } from './$types'

/** A file that somebody handed in as an answer, for those who may see the list. */
export const GET: RequestHandler = async (request) => {
  const { ctx, communityId, eventId } = await placeOf(request)
  return download(await openAnswerFile(ctx, communityId, eventId, request.params.id, request.params.file))
}
