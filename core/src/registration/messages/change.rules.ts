import type { Event } from '#core/community/model.ts'
import { pickText, type Text } from '#core/kernel/text.ts'
import { whenLine } from '../mails.ts'
import type { Change } from './model.ts'

/** An entry of the journal that tells how something was before: values by field, as JSON. */
export interface Before {
  at: Date
  before: unknown
}

/** The earliest known value of each field, from entries in order of time. */
function oldest(entries: readonly Before[]): Map<string, unknown> {
  const values = new Map<string, unknown>()
  for (const { before } of entries) {
    if (typeof before !== 'object' || before === null) continue
    for (const [field, value] of Object.entries(before)) if (!values.has(field)) values.set(field, value)
  }
  return values
}

/**
 * What is different now for somebody who knew the event before these entries: time and place only, as sentences in both
 * languages. What was changed and changed back is no change. `at`: when such a field last changed.
 */
export function changesOf(event: Event, entries: readonly Before[]): { changes: Change[]; at: Date | null } {
  const about = entries.filter(({ before }) => typeof before === 'object' && before !== null && FIELDS.some((field) => field in before))
  const old = oldest(about)
  const timeZone = asString(old.get('timeZone')) ?? event.timeZone
  const was = { startsAt: asDate(old.get('startsAt')) ?? event.startsAt, endsAt: asDate(old.get('endsAt')) ?? event.endsAt, timeZone }
  const when = (locale: 'zh' | 'en'): [string, string] => [whenLine(was, locale), whenLine(event, locale)]
  const where = (locale: 'zh' | 'en'): [string, string] => [
    place(asText(old.get('venue')) ?? event.venue, asText(old.get('address')) ?? event.address, locale),
    place(event.venue, event.address, locale),
  ]
  const changes = (['when', 'where'] as const).flatMap((field): Change[] => {
    const [zh, en] = field === 'when' ? [when('zh'), when('en')] : [where('zh'), where('en')]
    return zh[0] === zh[1] && en[0] === en[1] ? [] : [{ field, from: { zh: zh[0], en: en[0] }, to: { zh: zh[1], en: en[1] } }]
  })
  return { changes, at: about.at(-1)?.at ?? null }
}

const FIELDS = ['startsAt', 'endsAt', 'timeZone', 'venue', 'address']

/** When the event was last postponed or cancelled, when it is so now. */
export function latestCallOff(event: Pick<Event, 'state'>, entries: readonly { kind: string; at: Date }[]): Date | null {
  if (event.state !== 'postponed' && event.state !== 'cancelled') return null
  return entries.findLast(({ kind }) => kind === `event.${event.state}`)?.at ?? null
}

function place(venue: Text, address: Text, locale: 'zh' | 'en'): string {
  return [pickText(venue, locale), pickText(address, locale)].filter(Boolean).join(' · ')
}

function asDate(value: unknown): Date | undefined {
  const at = value instanceof Date ? value : typeof value === 'string' ? new Date(value) : undefined
  return at && !Number.isNaN(at.getTime()) ? at : undefined
}

const asString = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

function asText(value: unknown): Text | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { zh, en }: { zh?: unknown; en?: unknown } = value
  return { ...(typeof zh === 'string' ? { zh } : {}), ...(typeof en === 'string' ? { en } : {}) }
}
