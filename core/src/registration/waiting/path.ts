import { signLink } from '#core/kernel/links.ts'
import type { Context } from '#core/store/context.ts'
import type { Waiting } from './store.ts'

/** The path of the personal link to a place in the waiting list. */
export function waitingPath(
  ctx: Pick<Context, 'secret'>,
  communityNo: number,
  { id, linkVersion }: Pick<Waiting, 'id' | 'linkVersion'>,
): string {
  return `/w/${signLink(ctx.secret, { purpose: 'w', communityNo, subjectId: id, version: linkVersion })}`
}
