import { shortCode } from '#core/kernel/ids.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import type { Place } from './seats/book.ts'
import { findTakenCodes } from './store.ts'

/**
 * So many short codes that the event has not given out, nor are among `except`; of 481 million, so a clash is rare and
 * simply drawn anew.
 */
export async function drawCodes(
  ctx: Pick<Context, 'random'>,
  db: Db,
  { communityId, eventId }: Place,
  count: number,
  except: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const codes = new Set<string>()
  while (codes.size < count) {
    const drawn = Array.from({ length: count - codes.size }, () => shortCode(ctx.random))
    const taken = await findTakenCodes(db, communityId, eventId, drawn)
    for (const code of drawn) if (!taken.has(code) && !except.has(code)) codes.add(code)
  }
  return [...codes]
}
