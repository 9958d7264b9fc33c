import { z } from 'zod'
import { locales } from '../text.ts'

const words = (max: number) => z.string().max(max)
const maybe = (max: number) => words(max).default('')
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'field.date' })

/** The seal's vermilion of our own look; a community may pass its own. */
export const vermilion = '#D0412B'

/** On which days, as local calendar days `YYYY-MM-DD`, and at which hours (ready to print, `13:30 – 18:30`). */
const when = z.object({ start: day, end: day.optional(), time: maybe(40) })

/** An entry on the time rail. `time` is printed as it stands (`13:57`, `上午`); `quiet` ones are breaks and warm-ups. */
const item = z.object({ time: maybe(20), title: words(300), who: maybe(300), quiet: z.boolean().default(false) })

/** Partners are thanked by what they gave: one entry per kind. */
const thanks = z.object({ gave: words(60), names: z.array(words(120)).max(100) })

const common = {
  locale: z.enum(locales).default('zh'),
  accent: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/)
    .default(vermilion),
}

const event = {
  ...common,
  community: maybe(120),
  edition: maybe(120),
  title: words(200),
  /** The title in the other language, set smaller; '' when there is none. */
  otherTitle: maybe(200),
  /** Left out when the day is not decided. */
  when: when.optional(),
  place: maybe(200),
}

/** A poster: 1080×1440 for chats and feeds (`screen`), or A3 for the door. */
export const posterData = z.object({
  ...event,
  page: z.enum(['screen', 'a3']).default('screen'),
  /** One or two sentences on what it is; printed when there is room. */
  lead: maybe(600),
  items: z.array(item).max(400).default([]),
  partners: z.array(thanks).max(30).default([]),
  /** Address behind the QR code, and how it is written beside it. */
  url: z.url(),
  link: maybe(120),
  /** Ready to print: `上限 50 席`, `还剩 7 席`; `免费`, `¥50`. */
  seats: maybe(60),
  price: maybe(60),
})

export const badgeRoles = ['speaker', 'volunteer', 'attendee', 'media', 'organiser', 'partner'] as const
export type BadgeRole = (typeof badgeRoles)[number]

const badge = z.object({
  name: words(120),
  /** Nickname, pinyin or Latin name, set under the name. */
  otherName: maybe(120),
  organisation: maybe(200),
  role: z.enum(badgeRoles).default('attendee'),
  /** In place of the role's usual word. */
  roleLabel: maybe(40),
  /** What the QR code says; no code is printed when it is empty. */
  qr: maybe(300),
  /** Short code under the role, to be typed when a scan fails. */
  code: maybe(40),
})

/** Badges of 90×130 mm: one a page (`single`), or four on an A4 sheet with cut marks (`sheet`). */
export const badgeData = z.object({
  ...event,
  layout: z.enum(['single', 'sheet']).default('single'),
  badges: z.array(badge).min(1).max(5_000),
})

/** The printed programme, A4. Entries that share a time print it once. */
export const programmeData = z.object({
  ...event,
  lead: maybe(1_000),
  days: z
    .array(
      z.object({
        /** Heading of the day, ready to print; '' for an event of one day. */
        heading: maybe(120),
        items: z.array(item.extend({ end: maybe(20), room: maybe(80), abstract: maybe(1_000), language: maybe(40) })).max(400),
      }),
    )
    .max(31)
    .default([]),
  partners: z.array(thanks).max(30).default([]),
  url: z.url().optional(),
  link: maybe(120),
})

/** The picture (1200×630) that chats show beside a link: of an event, a talk (`who`), a recap. */
export const ogData = z.object({ ...event, kicker: maybe(60), who: maybe(200), note: maybe(80) })

/** A ticket to keep or print, A6. */
export const ticketData = z.object({
  ...event,
  name: words(120),
  ticket: maybe(80),
  qr: words(300),
  code: words(40),
  hint: maybe(200),
})

/** The schemas by template; the keys are the file names in `templates/`. */
export const documentData = {
  poster: posterData,
  badge: badgeData,
  programme: programmeData,
  og: ogData,
  ticket: ticketData,
} as const

export type Template = keyof typeof documentData
/** What a caller passes: fields with a default may be left out. */
export type DataOf<T extends Template> = z.input<(typeof documentData)[T]>
/** The same after reading, every field filled. */
export type ReadDataOf<T extends Template> = z.output<(typeof documentData)[T]>

export type PosterData = DataOf<'poster'>
export type BadgeData = DataOf<'badge'>
export type ProgrammeData = DataOf<'programme'>
export type OgData = DataOf<'og'>
export type TicketData = DataOf<'ticket'>
