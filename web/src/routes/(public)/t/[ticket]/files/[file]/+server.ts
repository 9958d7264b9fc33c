import { openMyFile } from '@kaichang/core/registration/questions/answers.actions.ts'
import { download } from '#lib/server/download.ts'
import type { RequestHandler } from './$types'

/** A file that the ticket's holder handed in as an answer. */
export const GET: RequestHandler = async ({ locals, params }) => download(await openMyFile(locals.ctx, params.ticket, params.file))
