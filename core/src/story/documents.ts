import type { Community, Event } from '#core/community/model.ts'
import { localDay } from '#core/community/rules.ts'
import type { OgData, PosterData, ProgrammeData } from '#core/kernel/documents/model.ts'
import { vermilion } from '#core/kernel/documents/model.ts'
import { plainMarkdown } from '#core/kernel/markdown.ts'
import { pickText, type Locale, type Text } from '#core/kernel/text.ts'
import { formatMoney } from '#core/kernel/money.ts'
import { supportNames, type PublicPartner } from '#core/partners/model.ts'
import { partnersByKind } from '#core/partners/rules.ts'
import { daysOf, placed } from '#core/programme/export/common.ts'
import { endOf, isTalk, type Session } from '#core/programme/model.ts'
import type { Release } from '#core/programme/release.model.ts'
import { clock } from './recap.day.ts'

/** What the printed matter of an event is made of: only what signed-out visitors may see. */
export interface Printed {
  community: Community
  edition: Text
  event: Event
  release: Release | null
  partners: readonly PublicPartner[]
  locale: Locale
  /** Address of this installation without a slash at the end. */
  origin: string
}

/** Fields that all documents share: who, what, when, where, in which colour. */
function shared({ community, edition, event, locale }: Printed): Pick<
  PosterData,
  'locale' | 'accent' | 'community' | 'edition' | 'title' | 'otherTitle' | 'place'
> & {
  when: NonNullable<PosterData['when']>
} {
  const start = localDay(event.startsAt, event.timeZone)
  const end = localDay(event.endsAt, event.timeZone)
  const title = pickText(event.name, locale)
  const other = pickText(event.name, locale === 'zh' ? 'en' : 'zh')
  return {
    locale,
    accent: community.accent || vermilion,
    community: pickText(community.name, locale),
    edition: pickText(edition, locale),
    title,
    otherTitle: other === title ? '' : other,
    when: {
      start,
      ...(end === start ? {} : { end }),
      time: `${clock(event.startsAt, event.timeZone)} – ${clock(event.endsAt, event.timeZone)}`,
    },
    place: [pickText(event.city, locale), pickText(event.venue, locale)].filter(Boolean).join(' · '),
  }
}

const who = (session: Session, locale: Locale): string =>
  session.speakers
    .map((s) => [s.name, pickText(s.affiliation, locale)].filter(Boolean).join(locale === 'zh' ? ' · ' : ', '))
    .join(locale === 'zh' ? '、' : '; ')
    .slice(0, 300)

const thanks = (partners: readonly PublicPartner[], locale: Locale): NonNullable<PosterData['partners']> =>
  partnersByKind(partners).map(({ kind, partners: all }) => ({ gave: pickText(supportNames[kind], locale), names: all.map((p) => p.name) }))

/** `http://localhost:3000/a/b` as people read it. */
const readable = (url: string): string => url.replace(/^https?:\/\//, '')

/** The poster, with the seats that are left when registration is open. */
export function posterData(
  printed: Printed,
  seats: { cap: number | null; priceFen: number },
  page: 'screen' | 'a3' = 'screen',
): PosterData {
  const { event, community, release, partners, locale, origin } = printed
  const url = `${origin}/${community.slug}/${event.slug}`
  const zh = locale === 'zh'
  return {
    ...shared(printed),
    page,
    lead: plainMarkdown(pickText(event.summary, locale) || pickText(event.purpose, locale), 600),
    items: placed(release, { cancelled: false }).map((s) => ({
      time: clock(s.startsAt, event.timeZone),
      title: pickText(s.title, locale),
      who: who(s, locale),
      quiet: !isTalk(s),
    })),
    partners: thanks(partners, locale),
    url,
    link: readable(url),
    seats: seats.cap === null ? '' : zh ? `上限 ${seats.cap} 席` : `${seats.cap} seats`,
    price: seats.priceFen > 0 ? formatMoney(seats.priceFen, locale) : zh ? '免费' : 'Free',
  }
}

/** The printed programme. */
export function programmeData(printed: Printed): ProgrammeData {
  const { event, community, release, partners, locale, origin } = printed
  const days = daysOf(placed(release, { cancelled: false }), event)
  const day = new Intl.DateTimeFormat(locale === 'zh' ? 'zh-CN' : 'en-GB', {
    month: 'long',
    day: 'numeric',
    weekday: 'long',
    timeZone: event.timeZone,
  })
  const hall = (s: Session): string =>
    release && release.halls.length > 1 ? pickText(release.halls.find((h) => h.id === s.hallId)?.name, locale) : ''
  const url = `${origin}/${community.slug}/${event.slug}/schedule`
  return {
    ...shared(printed),
    lead: plainMarkdown(pickText(event.summary, locale), 1000),
    days: days.map(({ sessions }) => ({
      heading: days.length > 1 && sessions[0] ? day.format(sessions[0].startsAt) : '',
      items: sessions.map((s) => {
        const end = endOf(s)
        return {
          time: clock(s.startsAt, event.timeZone),
          end: end ? clock(end, event.timeZone) : '',
          title: pickText(s.title, locale),
          who: who(s, locale),
          quiet: !isTalk(s),
          room: hall(s),
          abstract: '',
          language: '',
        }
      }),
    })),
    partners: thanks(partners, locale),
    url,
    link: readable(url),
  }
}

/** The picture beside a link: of the event, a talk of it, or its recap. */
export function ogData(printed: Printed, about: { talk?: Session; recap?: boolean } = {}): OgData {
  const { locale } = printed
  const zh = locale === 'zh'
  const base = shared(printed)
  if (about.talk) {
    const { startsAt } = about.talk
    const { timeZone } = printed.event
    return {
      ...base,
      ...(startsAt ? { when: { start: localDay(startsAt, timeZone), time: clock(startsAt, timeZone) } } : {}),
      kicker: base.title.slice(0, 60),
      title: pickText(about.talk.title, locale).slice(0, 200),
      otherTitle: '',
      who: who(about.talk, locale).slice(0, 200),
    }
  }
  return { ...base, kicker: about.recap ? (zh ? '纪实' : 'Recap') : '', note: '' }
}
