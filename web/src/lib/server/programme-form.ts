import type { Event } from '@kaichang/core/community/model.ts'
import type { SessionInput, SpeakerInput } from '@kaichang/core/programme/model.ts'
import { dayKey, fromLocal } from '#lib/format.ts'
import type { Sent } from './form.ts'

/** True when all of an event is on one day: its forms then ask for the time only. */
export function isOneDay(event: Pick<Event, 'startsAt' | 'endsAt' | 'timeZone'>): boolean {
  return dayKey(event.startsAt, event.timeZone) === dayKey(event.endsAt, event.timeZone)
}

/** A typed time (`14:11`, `14:11:04`) on the event's day, or a whole local moment, as ISO 8601; '' for none. */
export function momentField(typed: string, event: Pick<Event, 'startsAt' | 'timeZone'>, day = event.startsAt): string {
  const text = typed.trim()
  return fromLocal(/^\d\d:\d\d(:\d\d)?$/.test(text) ? `${dayKey(day, event.timeZone)}T${text}` : text, event.timeZone)
}

/** A text in both languages out of a nested form. */
export function pairField(data: unknown): { zh: string; en: string } {
  const part = (lang: string): string => {
    const found = typeof data === 'object' && data !== null ? Object.entries(data).find(([key]) => key === lang)?.[1] : undefined
    return typeof found === 'string' ? found : ''
  }
  return { zh: part('zh'), en: part('en') }
}

/** The fields of a session's form as the core takes them; the schema says what is wrong with them. */
export function sessionFields({ data, text }: Sent, event: Pick<Event, 'startsAt' | 'timeZone'>): SessionInput {
  const fields: unknown = {
    title: pairField(data['title']),
    kind: text('kind'),
    abstract: pairField(data['abstract']),
    level: text('level'),
    language: text('language'),
    slidesUrl: text('slidesUrl'),
    note: pairField(data['note']),
    mayRecord: text('mayRecord'),
    hallId: text('hallId'),
    startsAt: momentField(text('startsAt'), event),
    minutes: text('minutes'),
    state: text('state') || 'confirmed',
  }
  return asInput(fields)
}

/** The rows of a speakers' form, and who stood in each when it was opened; rows without a name are people taken off. */
export function speakerFields(data: Record<string, unknown>): SpeakerInput[] {
  const rows = Array.isArray(data['speakers']) ? data['speakers'] : []
  const people: readonly unknown[] = Array.isArray(data['people']) ? data['people'] : []
  return rows.flatMap((row: unknown, i) => {
    const fields = new Map(typeof row === 'object' && row !== null ? Object.entries(row) : [])
    const name = String(fields.get('name') ?? '').trim()
    if (name === '') return []
    return [
      {
        personId: String(people[i] ?? ''),
        name,
        affiliation: pairField(fields.get('affiliation')),
        another: fields.get('another') === 'on',
      },
    ]
  })
}

/** What a form sends is text; the action's schema reads it and names every field that it cannot take. */
function asInput(fields: unknown): SessionInput {
  return fields as SessionInput
}
