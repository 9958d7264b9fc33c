import type { Event } from '#core/community/model.ts'
import type { Context } from '#core/store/context.ts'
import { findCounter } from '../store.ts'
import { isTaking } from './rules.ts'

interface Kept {
  open: Promise<boolean>
  until: number
}

/** How long a process goes by what it read, in milliseconds: in a rush everybody who is refused is told where to wait. */
const FRESH = 1_000
/** Events that are remembered at most. */
const MOST = 500
const pools = new WeakMap<Context['db'], Map<string, Kept>>()

/** Whether an event's waiting list takes people now, or did a second ago. */
export async function takesWaiting({ db, clock }: Pick<Context, 'db' | 'clock'>, event: Event): Promise<boolean> {
  let lists = pools.get(db)
  if (!lists) pools.set(db, (lists = new Map()))
  const name = `${event.communityId} ${event.id}`
  const now = performance.now()
  let kept = lists.get(name)
  if (!kept || kept.until <= now) {
    const open = findCounter(db, event.communityId, event.id).then((counter) => counter?.waitingOpen ?? true)
    if (lists.size >= MOST) lists.clear()
    lists.set(name, (kept = { open, until: now + FRESH }))
  }
  return isTaking({ event, waitingOpen: await kept.open, now: clock.now() })
}
