import type { Locale } from '#core/kernel/text.ts'

/** The outbox of the installation itself: sign-in codes and invitations belong to no community. */
export const INSTALLATION = '00000000-0000-0000-0000-000000000000'

/** A link made by `ownLink` or `webLink`; the only way for an address to get into a mail. */
export interface MailLink {
  readonly href: string
}

/** Subject and plain-text body with `{places}`. */
export interface MailText {
  readonly subject: string
  readonly body: string
}

/** A kind of mail in both languages; both have the same places. */
export interface MailTemplate {
  readonly name: string
  readonly zh: MailText
  readonly en: MailText
}

type PlacesIn<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | PlacesIn<Rest> : never

/** What fills the places of a template: people's words and figures as text, addresses as links. */
export type MailValues<T extends MailTemplate> = Readonly<
  Record<PlacesIn<T['zh']['subject'] | T['zh']['body']>, string | number | MailLink>
>

/** kept: no SMTP, only shown. queued: waits, perhaps after a failure that may pass. failed: given up, with the reason. */
export type MailState = 'queued' | 'kept' | 'sent' | 'failed'

/** One mail as the outbox page shows it. */
export interface Mail {
  communityId: string
  id: string
  eventId: string | null
  template: string
  toAddress: string
  locale: string
  subject: string
  body: string
  calendar: string | null
  state: MailState
  attempts: number
  problem: string | null
  createdAt: Date
  /** Not sent before; null: at once. */
  notBefore: Date | null
  sentAt: Date | null
}

export interface NewMail<T extends MailTemplate> {
  /** INSTALLATION for what belongs to no community. */
  communityId: string
  eventId?: string | null
  mail: T
  values: MailValues<T>
  to: string
  locale: Locale
  /** An iCalendar document, sent as an attachment. */
  calendar?: string | null
  /** Not to be sent before, as for quiet hours. */
  notBefore?: Date | null
}
