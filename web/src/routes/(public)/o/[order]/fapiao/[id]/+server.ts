import { fail } from '@kaichang/core/kernel/errors.ts'
import { fapiaoFile } from '@kaichang/core/registration/fapiao/actions.ts'
import { download } from '#lib/server/download.ts'
import type { RequestHandler } from './$types'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The issued invoice, for whoever holds the order's link. */
export const GET: RequestHandler = async ({ locals, params }) => {
  if (!UUID.test(params.id)) throw fail('thing.not_found')
  return download(await fapiaoFile(locals.ctx, params.order, params.id))
}
