import type { Locale } from '#core/kernel/text.ts'

/** Who is to get a message. */
export interface Receiver {
  id: string
  /** What the list is read on by. */
  cursor: string
  /** The short code of a booking; '' of who waits. */
  code: string
  linkVersion: number
  email: string
  locale: Locale
  name: string
}

export interface ReceiverFilter {
  communityId: string
  eventId: string
  messageId: string
  registeredBefore: Date
  /** Only who was asked by this message and has not answered. */
  silentOf: string | null
  /** Only who holds a ticket of this type. */
  typeId: string | null
  /** Who waits, instead of who is registered. */
  waiting: boolean
}
