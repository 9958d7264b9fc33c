/** Somebody in the line: the minute of arrival (since 1970), and a lot drawn for the order within it (48 bits). */
export interface Member {
  minute: number
  lot: number
}

/** Those who arrived in one minute and are still there: by lot, when they were last heard of (ms). */
interface Minute {
  seen: Map<number, number>
  /** The lots in their order; null when somebody came since. */
  order: number[] | null
}

/**
 * Who waits before an event's form in this process. Nobody's name is in it, only lots. The order is in the members' own
 * tokens, so that it holds after a restart and in another process; here stands who is present.
 */
export interface Line {
  minutes: Map<number, Minute>
  size: number
  /** Whose turn it is, until when they have to be heard of (ms). */
  called: Map<number, number>
  /** Who was let in and has not sent a form yet, until when (ms). */
  inside: Map<number, number>
  /** How often each place was made use of: a token that is copied takes no more than its own form. */
  spent: Map<number, number>
  /** Requests worked off lately, for the estimate: so many since then (ms). */
  pace: { since: number; count: number; perSecond: number }
}

/** Members whose presence is kept at most; whoever comes beyond that keeps the order by their token. */
export const LONGEST = 50_000
/** Whoever was not heard of for so long is not called before they come again; their pages ask every twenty seconds. */
export const AWAY = 65_000
/** How long a let-in lasts. */
export const LET_IN = 5 * 60_000
/** How long a place is kept for whoever went away; after that they come last, as anybody from an earlier rush. */
export const PLACE_ENDS = 12 * 60 * 60_000
/** How often one place serves: for a form, and for sending it again when an answer was lost or something was wrong in it. */
export const USES = 5
/** How long the pace is measured at a time. */
const PACE = 10_000

export const makeLine = (now: number): Line => ({
  minutes: new Map(),
  size: 0,
  called: new Map(),
  inside: new Map(),
  spent: new Map(),
  pace: { since: now, count: 0, perSecond: 0 },
})

/** True when nobody waits and nobody's turn has come. */
export const isEmpty = (line: Line): boolean => line.size === 0 && line.called.size === 0

/** Notes that somebody is there. Beyond the longest line they are not kept, but neither are they forgotten: see `placeOf`. */
export function arrive(line: Line, { minute, lot }: Member, now: number): void {
  if (line.called.has(lot) || line.inside.has(lot)) return
  let those = line.minutes.get(minute)
  if (!those?.seen.has(lot)) {
    if (line.size >= LONGEST) return
    if (!those) line.minutes.set(minute, (those = { seen: new Map(), order: null }))
    those.order = null
    line.size += 1
  }
  those.seen.set(lot, now)
}

/** The place in the line, from one: whoever arrived in an earlier minute comes first, within a minute the lot decides. */
export function placeOf(line: Line, { minute, lot }: Member): number {
  let place = 1
  for (const [at, { seen }] of line.minutes) if (at < minute) place += seen.size
  const those = line.minutes.get(minute)
  return those ? place + countBelow(orderOf(those), lot) : place
}

/**
 * Calls as many as there is room for, in the order of the line; returns whom. Whoever was called and let the time pass
 * frees the room again, whoever was let in and sent nothing, too.
 */
export function call(line: Line, room: number, now: number): Member[] {
  for (const held of [line.called, line.inside]) for (const [lot, until] of held) if (until <= now) held.delete(lot)
  const called: Member[] = []
  let slots = room - line.called.size - line.inside.size
  for (const minute of [...line.minutes.keys()].toSorted((a, b) => a - b)) {
    if (slots <= 0) break
    const those = line.minutes.get(minute)
    if (!those) continue
    const order = orderOf(those)
    let taken = 0
    for (const lot of order) {
      if (slots <= 0) break
      taken += 1
      const seen = those.seen.get(lot) ?? 0
      those.seen.delete(lot)
      line.size -= 1
      // Who has gone away keeps the order by the token, should they come again.
      if (seen + AWAY < now) continue
      line.called.set(lot, now + AWAY)
      called.push({ minute, lot })
      slots -= 1
    }
    those.order = order.slice(taken)
    if (those.seen.size === 0) line.minutes.delete(minute)
  }
  return called
}

/**
 * Lets somebody in whose turn it is; until when (ms), or null. The let-in holds a place until it is used or over, and is
 * given again to who asks again: an answer may have been lost, or come in two windows at once.
 */
export function letIn(line: Line, { lot }: Member, now: number): number | null {
  const given = line.inside.get(lot)
  if (given !== undefined && given > now) return given
  if (!line.called.delete(lot)) return null
  line.inside.set(lot, now + LET_IN)
  return now + LET_IN
}

/** Makes use of a place: its let-in holds room no longer. */
export function spend(line: Line, lot: number): void {
  line.inside.delete(lot)
  // Rather forget than grow without end.
  if (line.spent.size >= LONGEST) line.spent.clear()
  line.spent.set(lot, (line.spent.get(lot) ?? 0) + 1)
}

/** True when a place has served so often that whoever sends its token is somebody new. */
export const isSpent = (line: Line, lot: number): boolean => (line.spent.get(lot) ?? 0) >= USES

/** Counts requests that were worked off. */
export function workedOff(line: Line, count: number, now: number): void {
  const { pace } = line
  pace.count += count
  const passed = now - pace.since
  if (passed < PACE) return
  const latest = (pace.count * 1_000) / passed
  pace.perSecond = pace.perSecond === 0 ? latest : pace.perSecond * 0.5 + latest * 0.5
  pace.since = now
  pace.count = 0
}

/** How long so many before one will take, in whole seconds by the measured pace; null while nothing was measured. */
export function estimate(line: Line, ahead: number, now: number): number | null {
  const { perSecond, count, since } = line.pace
  const rate = perSecond > 0 ? perSecond : now > since ? (count * 1_000) / (now - since) : 0
  return rate > 0 ? Math.ceil(ahead / rate) : null
}

function orderOf(those: Minute): number[] {
  those.order ??= [...those.seen.keys()].toSorted((a, b) => a - b)
  return those.order
}

/** How many of a sorted list are below a number. */
function countBelow(order: readonly number[], lot: number): number {
  let [low, high] = [0, order.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((order[middle] ?? 0) < lot) low = middle + 1
    else high = middle
  }
  return low
}
