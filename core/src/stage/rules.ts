import { isBreak } from '#core/programme/model.ts'
import type { Item, Run } from './model.ts'
import { currentItem, nextItem } from './press.rules.ts'

/** Seconds that an item may take. */
export const allowedSeconds = (item: Pick<Item, 'minutes' | 'run'>): number => item.minutes * 60 + item.run.extraSeconds

/**
 * How much longer an item took than planned, in seconds (negative: shorter): what was stated, else
 * (actual end − actual start) − planned minutes. Null while it is not known.
 */
export function overrunOf(run: Pick<Run, 'startedAt' | 'endedAt' | 'overrunSeconds'>, minutes: number): number | null {
  if (run.overrunSeconds !== null) return run.overrunSeconds
  if (!run.startedAt || !run.endedAt) return null
  return Math.round((run.endedAt.getTime() - run.startedAt.getTime()) / 1000) - minutes * 60
}

/** The end that a start and a stated overrun tell; null when nothing was stated. */
export function endFromOverrun(startedAt: Date, minutes: number, overrunSeconds: number | null): Date | null {
  return overrunSeconds === null ? null : new Date(startedAt.getTime() + (minutes * 60 + overrunSeconds) * 1000)
}

/** An item with the times that readers should count on. */
export interface Expected extends Item {
  /** Actual when it is on or over, else expected; null without any plan. */
  start: Date | null
  end: Date | null
  /** Seconds later than planned that it began or is expected to begin; 0 when early or unplanned. */
  late: number
}

export interface Day {
  items: Expected[]
  current: Expected | null
  next: Expected | null
  /** Seconds by which the next item is expected to begin later than planned; 0 when the day is on time. */
  offset: number
  /** True while the stage is being run and something is still to come. */
  live: boolean
}

/** Whoever forgets to press for so long is not running the stage any more: plans are shown as planned. */
const FORGOTTEN = 3 * 3_600_000

/**
 * The day as it runs, from the plan, what happened and now. An item ends when it is allowed to, or now if it is over;
 * what follows starts at its planned time or, when the day is late, right after. Talks keep their length; breaks may
 * shrink to half to catch up. Until somebody presses, and after they stopped pressing, the plan stands.
 */
export function projectDay(items: readonly Item[], now: Date): Day {
  const current = currentItem(items)
  const upcoming = nextItem(items)
  const live = isLive(items, now)
  let cursor = live ? (current ? expectedEnd(current, now) : now) : null
  const last = current ?? items.findLast((item) => item.run.state !== 'waiting')
  const behind = last ? items.indexOf(last) : -1
  const expected = items.map((item, i): Expected => {
    const plannedEnd = item.plannedStart ? new Date(item.plannedStart.getTime() + item.minutes * 60_000) : null
    if (item.run.startedAt) {
      const end = item.run.state === 'on' && live ? expectedEnd(item, now) : item.run.endedAt
      return { ...item, start: item.run.startedAt, end, late: lateness(item, item.run.startedAt) }
    }
    // Items left behind keep their plan: they come when somebody starts them.
    if (!cursor || i < behind || item.run.state !== 'waiting') return { ...item, start: item.plannedStart, end: plannedEnd, late: 0 }
    const start = item.plannedStart && item.plannedStart > cursor ? item.plannedStart : cursor
    const late = lateness(item, start)
    const seconds = isBreak(item) ? Math.max(item.minutes * 30, item.minutes * 60 - late) : item.minutes * 60
    cursor = new Date(start.getTime() + seconds * 1000)
    return { ...item, start, end: cursor, late }
  })
  const find = (item: Item | null): Expected | null => expected.find((one) => one.id === item?.id) ?? null
  const next = find(upcoming)
  return { items: expected, current: find(current), next, offset: live ? (next?.late ?? 0) : 0, live }
}

/** Pressed at least once, something is on or waiting, and the last press is not long forgotten. */
function isLive(items: readonly Item[], now: Date): boolean {
  const current = currentItem(items)
  if (current) return now.getTime() - planEnd(current) < FORGOTTEN
  const pressed = items.flatMap((item) => [item.run.startedAt, item.run.endedAt]).map((at) => at?.getTime() ?? 0)
  const last = Math.max(0, ...pressed)
  return last > 0 && nextItem(items) !== null && now.getTime() - last < FORGOTTEN
}

const planEnd = (item: Item): number => (item.run.startedAt?.getTime() ?? 0) + allowedSeconds(item) * 1000

function expectedEnd(item: Item, now: Date): Date {
  return new Date(Math.max(now.getTime(), planEnd(item)))
}

function lateness(item: Item, start: Date): number {
  return item.plannedStart ? Math.max(0, Math.round((start.getTime() - item.plannedStart.getTime()) / 1000)) : 0
}
