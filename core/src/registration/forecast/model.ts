import { z } from 'zod'

/** By what registrations are told apart when one asks who comes. */
export const factors = ['reconfirm', 'lead', 'channel', 'price', 'weekday'] as const
export type Factor = (typeof factors)[number]

/** Calendar days between registering and the event: the day itself or the one before, … */
export const leads = ['0-1', '2-6', '7-13', '14-29', '30+'] as const
export type Lead = (typeof leads)[number]

/**
 * What is known of a group of registrations: the channel's slug ('' for the event's own page), the days ahead, free or paid,
 * whether they said again that they come (yes, silent when asked in vain, unasked), and whether the event lies on a weekend.
 */
export interface Traits {
  channel: string
  lead: Lead
  price: 'free' | 'paid'
  reconfirm: 'yes' | 'silent' | 'unasked'
  weekday: 'workday' | 'weekend'
}

/** So many registrations with the same traits. */
export interface Group extends Traits {
  registered: number
}

/** …of which so many came. */
export interface PastGroup extends Group {
  came: number
}

/** One event whose door was kept. Walk-ins registered when the doors were open already; they stand in no group. */
export interface PastEvent {
  id: string
  groups: readonly PastGroup[]
  walkIns: number
}

/** A value and how likely it is; the weights of a list sum to one. */
export interface Chance {
  value: number
  weight: number
}

/** What may happen on the day: the share of the registered who come, and the share of walk-ins among all who come. */
export interface Turnout {
  rates: readonly Chance[]
  walkIns: readonly Chance[]
}

export interface Range {
  low: number
  likely: number
  high: number
}

/** How much the forecast rests on: nothing of one's own, one or two events, several, many; or evenings that differ widely. */
export type Sureness = 'prior' | 'little' | 'fair' | 'good' | 'uneven'

/** What moved the forecast: so many people more or fewer than if this group came as the community's average. */
export interface Mover {
  factor: Factor
  level: string
  /** How many of the registered belong to it. */
  people: number
  /** In people. */
  effect: number
  /** What past events showed of it. */
  past: { registered: number; came: number }
}

export interface Forecast {
  registered: number
  /** Of the registered; in 80 of 100 evenings between low and high. */
  come: Range
  walkIns: Range
  /** All who will be in the hall. */
  total: Range
  rate: { mean: number; spread: number }
  sureness: Sureness
  /** On what it rests. */
  past: { events: number; registered: number; came: number }
  movers: Mover[]
}

/** The registration cap that a hall bears. */
export interface Advice {
  seats: number
  /** Largest cap at which more people than seats come at most one time in twenty. */
  cap: number
  /** How many would come if it were full, walk-ins included. */
  total: Range
  /** How likely more people than seats come when the present cap is full; null without a cap. */
  riskNow: number | null
}

/** The advised cap, as it was shown. */
export const adviceSchema = z.object({ cap: z.coerce.number({ error: 'field.number' }).int().min(0).max(1_000_000) })
export type AdviceInput = z.input<typeof adviceSchema>
