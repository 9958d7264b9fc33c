import { fail } from '#core/kernel/errors.ts'
import type { Item, Run } from './model.ts'

/** What somebody at the stage presses. `next` names the item that their screen offered, so that two presses do it once. */
export type Press =
  | { kind: 'next'; sessionId: string }
  | { kind: 'start'; sessionId: string }
  | { kind: 'end'; sessionId: string }
  | { kind: 'skip'; sessionId: string }
  | { kind: 'extend'; sessionId: string; seconds: number }

/** An item may be given at most so much, and never be cut below a minute. */
const MOST_EXTRA = 4 * 3600

/**
 * What a press changes: the runs as they are afterwards, only those that differ; none when it was pressed already.
 * `items` are those of one stage in their order. At most one is on at any time, and times never run backwards.
 */
export function decide(items: readonly Item[], press: Press, now: Date): Run[] {
  const item = items.find((one) => one.id === press.sessionId)
  if (!item) throw fail('thing.not_found')
  const at = notBefore(items, now)
  const { run } = item
  switch (press.kind) {
    case 'next':
      return run.state === 'waiting' ? [...endOthers(items, item, at), begun(run, at)] : []
    case 'start':
      if (run.state === 'on') return []
      if (run.state === 'done') throw fail('stage.over')
      return [...endOthers(items, item, at), begun(run, at)]
    case 'end':
      return run.state === 'on' ? [ended(run, at)] : []
    case 'skip':
      return run.state === 'waiting' ? [{ ...run, state: 'skipped' }] : []
    case 'extend': {
      if (run.state !== 'on') throw fail('stage.nothing_on')
      const extraSeconds = Math.max(60 - item.minutes * 60, Math.min(MOST_EXTRA, run.extraSeconds + press.seconds))
      return extraSeconds === run.extraSeconds ? [] : [{ ...run, extraSeconds }]
    }
  }
}

/** The item that "next" would start: the first that waits behind the last one touched, else the first that waits. */
export function nextItem(items: readonly Item[]): Item | null {
  const last = items.findLastIndex((item) => item.run.state !== 'waiting')
  return items.slice(last + 1).find(isWaiting) ?? items.find(isWaiting) ?? null
}

export const currentItem = (items: readonly Item[]): Item | null => items.find((item) => item.run.state === 'on') ?? null

const isWaiting = (item: Item): boolean => item.run.state === 'waiting'
const begun = (run: Run, at: Date): Run => ({ ...run, state: 'on', startedAt: at, endedAt: null, overrunSeconds: null })
const ended = (run: Run, at: Date): Run => ({ ...run, state: 'done', endedAt: at })

function endOthers(items: readonly Item[], but: Item, at: Date): Run[] {
  return items.filter((item) => item.id !== but.id && item.run.state === 'on').map((item) => ended(item.run, at))
}

/** A machine's clock may be set back: what is pressed now never lies before what was pressed earlier. */
function notBefore(items: readonly Item[], now: Date): Date {
  const known = items.flatMap(({ run }) => [run.startedAt?.getTime() ?? 0, run.endedAt?.getTime() ?? 0])
  return new Date(Math.max(now.getTime(), ...known))
}
