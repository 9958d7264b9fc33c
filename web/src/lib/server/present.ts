import type { Community, Event } from '@kaichang/core/community/model.ts'
import { phaseOf } from '@kaichang/core/community/rules.ts'
import { pickText, type Locale } from '@kaichang/core/kernel/text.ts'

/** An event as a line of a list. */
export interface EventLine {
  href: string
  name: string
  community: string
  city: string
  startsAt: Date
  endsAt: Date
  timeZone: string
  state: Event['state']
  over: boolean
}

/** What lists of events show of one. */
export function eventLine(community: Pick<Community, 'slug' | 'name'>, event: Event, locale: Locale, now: Date): EventLine {
  return {
    href: `/${community.slug}/${event.slug}`,
    name: pickText(event.name, locale),
    community: pickText(community.name, locale),
    city: pickText(event.city, locale),
    startsAt: event.startsAt,
    endsAt: event.endsAt,
    timeZone: event.timeZone,
    state: event.state,
    over: phaseOf(event, now) === 'after',
  }
}
