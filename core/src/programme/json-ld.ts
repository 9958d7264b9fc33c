import type { Community, Event } from '#core/community/model.ts'
import { pickText, type Locale } from '#core/kernel/text.ts'
import { sessionUrl } from './export/common.ts'
import { endOf, isTalk, type Session } from './model.ts'
import type { Release } from './release.model.ts'

export interface EventJsonLd {
  community: Pick<Community, 'slug' | 'name' | 'site'>
  event: Event
  release: Release | null
  locale: Locale
  /** Address of this installation without a slash at the end. */
  origin: string
  /** Seats that may still be taken; null: no cap, or not told. */
  seatsLeft?: number | null
  /** Whether one may register now. */
  open?: boolean
  /** Path of a picture. */
  image?: string
  /** Expected or actual starts on the day, by session id: what moved is told as rescheduled. */
  starts?: ReadonlyMap<string, Date>
}

type Thing = Record<string, unknown>

const STATUS = {
  draft: 'EventScheduled',
  published: 'EventScheduled',
  over: 'EventScheduled',
  postponed: 'EventPostponed',
  cancelled: 'EventCancelled',
} as const

/**
 * schema.org data of an event with its talks as parts. Texts are data; whoever puts it into a page escapes it as
 * JSON inside script (`<` and `>` included).
 */
export function eventJsonLd(input: EventJsonLd): Thing {
  const { community, event, release, locale, origin } = input
  const url = `${origin}/${community.slug}/${event.slug}`
  const talks = (release?.sessions ?? []).filter((s) => isTalk(s) && s.startsAt !== null)
  return drop({
    '@type': 'Event',
    '@id': url,
    name: pickText(event.name, locale),
    description: pickText(event.summary, locale) || pickText(event.purpose, locale),
    startDate: event.startsAt.toISOString(),
    endDate: event.endsAt.toISOString(),
    eventStatus: `https://schema.org/${STATUS[event.state]}`,
    eventAttendanceMode: `https://schema.org/${event.liveUrl ? 'MixedEventAttendanceMode' : 'OfflineEventAttendanceMode'}`,
    inLanguage: locale === 'zh' ? 'zh-CN' : 'en',
    url,
    image: input.image ? `${origin}${input.image}` : undefined,
    location: placesOf(event, locale),
    organizer: drop({
      '@type': 'Organization',
      name: pickText(community.name, locale),
      url: `${origin}/${community.slug}`,
      sameAs: webAddress(community.site),
    }),
    maximumAttendeeCapacity: event.cap ?? undefined,
    remainingAttendeeCapacity: input.seatsLeft ?? undefined,
    isAccessibleForFree: true,
    offers: drop({
      '@type': 'Offer',
      price: '0',
      priceCurrency: 'CNY',
      url: `${url}/register`,
      availability: `https://schema.org/${input.open === false ? 'SoldOut' : input.seatsLeft === 0 ? 'SoldOut' : 'InStock'}`,
    }),
    subEvent: talks.map((s) => talkJsonLd(input, s)),
  })
}

/** One talk as a part of its event. */
export function talkJsonLd(input: EventJsonLd, session: Session): Thing {
  const { event, locale } = input
  const start = input.starts?.get(session.id)
  const moved = start && session.startsAt && Math.abs(start.getTime() - session.startsAt.getTime()) >= 60_000
  const status = session.state === 'cancelled' ? 'EventCancelled' : moved ? 'EventRescheduled' : 'EventScheduled'
  return drop({
    '@type': 'Event',
    name: pickText(session.title, locale),
    description: pickText(session.abstract, locale),
    startDate: (start ?? session.startsAt)?.toISOString(),
    previousStartDate: moved ? session.startsAt?.toISOString() : undefined,
    endDate: endOf({ startsAt: start ?? session.startsAt, minutes: session.minutes })?.toISOString(),
    eventStatus: `https://schema.org/${status}`,
    inLanguage: session.language,
    url: sessionUrl(input, session),
    location: placesOf(event, locale),
    performer: session.speakers.map((s) =>
      drop({ '@type': 'Person', name: s.name, affiliation: organisation(pickText(s.affiliation, locale)) }),
    ),
    superEvent: { '@id': `${input.origin}/${input.community.slug}/${event.slug}` },
  })
}

function placesOf(event: Event, locale: Locale): Thing[] {
  const hall = drop({
    '@type': 'Place',
    name: pickText(event.venue, locale) || pickText(event.city, locale),
    address: drop({
      '@type': 'PostalAddress',
      streetAddress: pickText(event.address, locale),
      addressLocality: pickText(event.city, locale),
      addressCountry: 'CN',
    }),
  })
  return event.liveUrl ? [hall, { '@type': 'VirtualLocation', url: event.liveUrl }] : [hall]
}

const organisation = (name: string): Thing | undefined => (name === '' ? undefined : { '@type': 'Organization', name })
const webAddress = (site: string): string | undefined => (site === '' ? undefined : site)

/** Without what is empty. */
function drop(thing: Thing): Thing {
  return Object.fromEntries(Object.entries(thing).filter(([, v]) => v !== undefined && v !== '' && !(Array.isArray(v) && v.length === 0)))
}
