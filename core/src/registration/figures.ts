import { requireEvent } from '#core/community/actions.ts'
import type { Event } from '#core/community/model.ts'
import { authorise } from '#core/community/permissions.ts'
import { dayAt, localDay } from '#core/community/rules.ts'
import type { Text } from '#core/kernel/text.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import { countByChannel, countByType, countSeated, findComparable, listSteps } from './figures.store.ts'
import { outlookOf, type Outlook } from './forecast/actions.ts'
import type { Range } from './forecast/model.ts'
import { findCounter, listChannels } from './store.ts'

/** One entrance and what came through it; `channelId` null: the page itself. */
export interface ChannelTotal {
  channelId: string | null
  slug: string
  name: Text | null
  share: number | null
  clicks: number
  registered: number
  cancelled: number
  /** Of the registered, who was let in. */
  came: number
}

/** Registered, cancelled and come per entrance, in the channels' order, the page itself last. */
export async function channelTotals(db: Db, communityId: string, eventId: string): Promise<ChannelTotal[]> {
  const counts = await countByChannel(db, communityId, eventId)
  const of = (channelId: string | null): { registered: number; cancelled: number; came: number } => {
    const { registered = 0, cancelled = 0, came = 0 } = counts.find((one) => one.channelId === channelId) ?? {}
    return { registered, cancelled, came }
  }
  const channels = (await listChannels(db, communityId, eventId)).map(({ id, slug, name, share, clicks }) => ({
    channelId: id,
    slug,
    name,
    share,
    clicks,
    ...of(id),
  }))
  const direct = { channelId: null, slug: '', name: null, share: null, clicks: 0, ...of(null) }
  return direct.registered + direct.cancelled > 0 || channels.length === 0 ? [...channels, direct] : channels
}

/** How many held a seat at the end of a day, in all and by channel id ('' for the page itself). */
export interface CurveDay {
  day: string
  total: number
  byChannel: Record<string, number>
}

/** The curve over days in the event's time zone, from the first registration on, days without change included. */
export async function dailyCurve(db: Db, event: Pick<Event, 'communityId' | 'id' | 'timeZone'>): Promise<CurveDay[]> {
  const steps = await listSteps(db, event)
  const byDay = Map.groupBy(steps, (step) => step.day)
  const first = steps[0]
  const last = steps.at(-1)
  if (!first || !last) return []
  const days: CurveDay[] = []
  let byChannel: Record<string, number> = {}
  for (let at = Date.parse(first.day); at <= Date.parse(last.day); at += DAY_MS) {
    const day = new Date(at).toISOString().slice(0, 10)
    byChannel = { ...byChannel }
    for (const step of byDay.get(day) ?? []) byChannel[step.channelId ?? ''] = (byChannel[step.channelId ?? ''] ?? 0) + step.by
    days.push({ day, total: Object.values(byChannel).reduce((a, b) => a + b, 0), byChannel })
  }
  return days
}

const DAY_MS = 86_400_000

/** The curve up to a day: days on which nothing happened belong to its pace, too. */
function upTo(curve: CurveDay[], day: string): CurveDay[] {
  const last = curve.at(-1)
  if (!last) return curve
  const quiet = Math.max(Math.round((Date.parse(day) - Date.parse(last.day)) / DAY_MS), 0)
  const days = Array.from({ length: quiet }, (_, n) => new Date(Date.parse(last.day) + (n + 1) * DAY_MS).toISOString().slice(0, 10))
  return [...curve, ...days.map((one) => ({ ...last, day: one }))]
}

/** What the room shows on top: seats, cap, registered, forecast, curve and channels. */
export interface RegistrationFigures {
  seats: number | null
  cap: number | null
  registered: number
  cancelled: number
  /** Places that are taken without a registration: held while a form is filled in or paid, kept for vouchers. */
  held: number
  /** Of the registered, who will come. */
  forecast: Range
  outlook: Outlook
  curve: CurveDay[]
  channels: ChannelTotal[]
}

/** The room's figures. Errors: access.*, event.not_found. */
export async function figuresOf(ctx: Context, communityId: string, eventId: string): Promise<RegistrationFigures> {
  authorise(ctx.actor, 'registration.figures', { communityId, eventId })
  const event = await requireEvent(ctx, ctx.db, communityId, eventId)
  const [counter, seated, channels, outlook, curve] = await Promise.all([
    findCounter(ctx.db, communityId, eventId),
    countSeated(ctx.db, communityId, eventId),
    channelTotals(ctx.db, communityId, eventId),
    outlookOf(ctx, event),
    dailyCurve(ctx.db, event),
  ])
  const now = ctx.clock.now()
  const registered = channels.reduce((sum, one) => sum + one.registered, 0)
  return {
    seats: event.seats,
    cap: event.cap,
    registered,
    cancelled: channels.reduce((sum, one) => sum + one.cancelled, 0),
    held: Math.max((counter?.taken ?? 0) - seated, 0),
    forecast: outlook.forecast.come,
    outlook,
    curve: now < event.startsAt ? upTo(curve, localDay(now, event.timeZone)) : curve,
    channels,
  }
}

/** What is registered for, one ticket a row; null: the plain seat of an event without types. */
export interface TypeTotal {
  typeId: string | null
  name: Text | null
  registered: number
  cancelled: number
  came: number
}

/** The community's event before this one, its curve laid on this one's days. */
export interface LastTime {
  name: Text
  slug: string
  startsAt: Date
  /** Registered at the end of the day that lay as many days before the event. */
  curve: { day: string; total: number }[]
  /** At the same distance from the event as today; null when it had not begun. */
  atThisPoint: number | null
  registered: number
}

/** Everything the page of figures shows beside. */
export interface RegistrationDetails {
  types: TypeTotal[]
  last: LastTime | null
}

/** Tickets by type, and last time. Errors: access.*, event.not_found. */
export async function detailsOf(ctx: Context, communityId: string, eventId: string): Promise<RegistrationDetails> {
  authorise(ctx.actor, 'registration.figures', { communityId, eventId })
  const event = await requireEvent(ctx, ctx.db, communityId, eventId)
  const types = await countByType(ctx.db, communityId, eventId)
  return {
    types: types.some((one) => one.typeId !== null) ? types : [],
    last: await lastTime(ctx, event),
  }
}

/** Last time: the newest earlier event in the same city that people registered for; else the newest in any. */
async function lastTime(ctx: Pick<Context, 'clock' | 'db'>, event: Event): Promise<LastTime | null> {
  const last = await findComparable(ctx.db, event)
  if (!last) return null
  const curve = (await dailyCurve(ctx.db, { ...last, communityId: event.communityId })).map(({ day, total }) => ({
    day: dayAt(event, Math.round((Date.parse(day) - Date.parse(localDay(last.startsAt, last.timeZone))) / DAY_MS)),
    total,
  }))
  const start = localDay(event.startsAt, event.timeZone)
  const today = localDay(ctx.clock.now(), event.timeZone)
  const before = curve.filter(({ day }) => day <= start)
  const upTo = (day: string): number | null => before.findLast((one) => one.day <= day)?.total ?? null
  return {
    name: last.name,
    slug: last.slug,
    startsAt: last.startsAt,
    curve: before,
    atThisPoint: upTo(today < start ? today : start),
    registered: before.at(-1)?.total ?? 0,
  }
}
