import { fail, type KaichangError } from '#core/kernel/errors.ts'
import type { Context } from '#core/store/context.ts'
import {
  arrive,
  call,
  estimate,
  isEmpty,
  isSpent,
  letIn,
  makeLine,
  PLACE_ENDS,
  placeOf,
  spend,
  workedOff,
  type Line,
  type Member,
} from './rules.ts'
import { drawPlace, readCrowd, signCrowd, type CrowdToken } from './token.ts'

interface Place {
  communityId: string
  eventId: string
}

/** What keeps a process busy with an event's requests: single seats and holds, each kind waiting together. */
export type Work = 'seat' | 'hold'

/** How many of them wait or are under way, and how many may. */
export interface Load {
  waiting: number
  room: number
}

/** What a process knows of those who wait before an event's form. */
interface Crowd {
  line: Line
  loads: Map<Work, Load>
}

/** The crowds of each pool, by community and event; there is one only while people wait, or were let in just now. */
const pools = new WeakMap<Context['db'], Map<string, Crowd>>()

type Gate = Pick<Context, 'db' | 'clock' | 'random' | 'secret'>

/** Where somebody stands: inside (with a let-in when it was their turn), or in the line with a token for it. */
export type Turn =
  | { in: true; token: string | null }
  | { in: false; token: string; place: number; ahead: number; /** By the measured pace; null: not known yet. */ seconds: number | null }

/** Part of the room that is kept for those who were let in. */
const SHARE = 0.2

/**
 * Whether a request may join those that wait to be decided; null: it may. While there is room and nobody waits before the
 * form, everybody may. Else whoever was let in may, up to a share beyond the room, and all others get a place in the
 * line, by the minute of their arrival: registration.crowded with `place`, `ahead`, `seconds` and the `line` token.
 */
export function refuseCrowd(
  ctx: Gate,
  place: Place,
  work: Work,
  load: Load,
  asking: { token?: string | null; staff?: boolean },
): KaichangError | null {
  const name = nameOf(place)
  const crowd = pools.get(ctx.db)?.get(name)
  if (load.waiting < load.room && (!crowd || isEmpty(crowd.line))) return null
  const now = ctx.clock.now().getTime()
  const more = load.waiting < load.room * (1 + SHARE)
  const known = crowd ?? makeCrowd(ctx, name, now)
  known.loads.set(work, load)
  const given = tokenOf(ctx, place, known, asking.token)
  if (more && (asking.staff === true || (given?.kind === 'pass' && given.until > now))) {
    if (given) spend(known.line, given.lot)
    return null
  }
  const turn = standIn(ctx, place, known, given?.kind === 'place' ? given : null, now)
  if (turn.in && more) {
    const pass = readCrowd(ctx.secret, place, turn.token)
    if (pass) spend(known.line, pass.lot)
    return null
  }
  if (turn.in) return fail('registration.crowded', { place: 1, ahead: 0, seconds: null, line: turn.token })
  const { token, ...where } = turn
  return fail('registration.crowded', { ...where, line: token })
}

/** Tells the crowd that requests were worked off, and how many wait now; frees it when nobody is there any more. */
export function noteWorkedOff(ctx: Gate, place: Place, work: Work, count: number, load: Load): void {
  const crowds = pools.get(ctx.db)
  const crowd = crowds?.get(nameOf(place))
  if (!crowds || !crowd) return
  const now = ctx.clock.now().getTime()
  crowd.loads.set(work, load)
  workedOff(crowd.line, count, now)
  call(crowd.line, roomOf(crowd), now)
  if (isEmpty(crowd.line) && crowd.line.inside.size === 0) crowds.delete(nameOf(place))
}

/** Where somebody stands who asks without sending anything: pages and their scripts, every twenty seconds at most. */
export function turnOf(ctx: Gate, place: Place, token: string | null | undefined): Turn {
  const crowd = pools.get(ctx.db)?.get(nameOf(place))
  const given = tokenOf(ctx, place, crowd, token)
  const now = ctx.clock.now().getTime()
  if (given?.kind === 'pass' && given.until > now) return { in: true, token: token ?? null }
  if (!crowd || (isEmpty(crowd.line) && roomOf(crowd) > 0)) return { in: true, token: null }
  return standIn(ctx, place, crowd, given?.kind === 'place' ? given : null, now)
}

/** How many wait before the forms of this process' events; for the figures. */
export function countCrowds(db: Context['db']): number {
  return [...(pools.get(db)?.values() ?? [])].reduce((sum, { line }) => sum + line.size, 0)
}

const nameOf = ({ communityId, eventId }: Place): string => `${communityId} ${eventId}`

/** What a token says; nothing when it was altered, made use of too often, or is a place in some earlier line. */
function tokenOf(ctx: Gate, place: Place, crowd: Crowd | undefined, token: string | null | undefined): CrowdToken | null {
  const given = readCrowd(ctx.secret, place, token)
  if (given?.kind === 'place' && ctx.clock.now().getTime() - given.minute * 60_000 > PLACE_ENDS) return null
  return given && crowd && isSpent(crowd.line, given.lot) ? null : given
}

function makeCrowd(ctx: Gate, name: string, now: number): Crowd {
  let crowds = pools.get(ctx.db)
  if (!crowds) pools.set(ctx.db, (crowds = new Map()))
  const crowd = { line: makeLine(now), loads: new Map<Work, Load>() }
  crowds.set(name, crowd)
  return crowd
}

/** People are let in while less than half of the room is taken, so that those inside are answered soon. */
function roomOf({ loads }: Crowd): number {
  return Math.max(Math.min(...[...loads.values()].map(({ waiting, room }) => Math.ceil(room / 2) - waiting)), 0)
}

function standIn(ctx: Gate, place: Place, crowd: Crowd, member: Member | null, now: number): Turn {
  const { line } = crowd
  const self = member ?? drawPlace(ctx.random, now)
  arrive(line, self, now)
  call(line, roomOf(crowd), now)
  const until = letIn(line, self, now)
  if (until !== null) return { in: true, token: signCrowd(ctx.secret, place, { kind: 'pass', lot: self.lot, until }) }
  const before = placeOf(line, self) - 1
  // Those who are being decided come first, too.
  const ahead = before + Math.max(0, ...[...crowd.loads.values()].map(({ waiting }) => waiting))
  const seconds = estimate(line, ahead, now)
  return { in: false, token: signCrowd(ctx.secret, place, { kind: 'place', ...self }), place: ahead + 1, ahead, seconds }
}
