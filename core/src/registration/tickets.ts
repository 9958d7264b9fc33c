import { findCommunity, findCommunityByNo, findEvent } from '#core/community/store.ts'
import type { Community, Event } from '#core/community/model.ts'
import { fail } from '#core/kernel/errors.ts'
import { readLink, signLink } from '#core/kernel/links.ts'
import type { Person } from '#core/people/person/model.ts'
import { findPerson } from '#core/people/person/store.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import type { Registration } from './model.ts'
import { findRegistration, lockRegistration } from './store.ts'

/** What the QR code on a ticket begins with, so that a scanner knows whose it is. */
export const DOOR_PREFIX = 'KC1:'

/** The ways to a ticket: its personal link, and what stands in its QR code (which opens nothing). */
export interface TicketLinks {
  token: string
  path: string
  url: string
  doorCode: string
}

/** The links of a booking, derived from the installation's secret; nothing of them is stored. */
export function ticketLinks(
  ctx: Pick<Context, 'secret' | 'settings'>,
  communityNo: number,
  registration: Pick<Registration, 'id' | 'linkVersion'>,
  path = ticketPath(ctx, communityNo, registration),
): TicketLinks {
  const claim = { communityNo, subjectId: registration.id, version: registration.linkVersion }
  return {
    token: path.slice('/t/'.length),
    path,
    url: `${ctx.settings.publicUrl}${path}`,
    doorCode: `${DOOR_PREFIX}${signLink(ctx.secret, { ...claim, purpose: 'd' })}`,
  }
}

/** The path of a booking's personal link. */
export function ticketPath(
  ctx: Pick<Context, 'secret'>,
  communityNo: number,
  { id, linkVersion }: Pick<Registration, 'id' | 'linkVersion'>,
): string {
  return `/t/${signLink(ctx.secret, { communityNo, subjectId: id, version: linkVersion, purpose: 't' })}`
}

/** Everything that a ticket's page and its actions need. */
export interface Ticket {
  community: Community
  event: Event
  registration: Registration
  person: Person
  links: TicketLinks
}

/**
 * The ticket behind a personal link. Errors: access.link_invalid (altered, cut), access.link_expired (renewed, erased).
 */
export async function openTicket(ctx: Context, token: string): Promise<Ticket> {
  const claim = readLink(ctx.secret, 't', token)
  if (!claim) throw fail('access.link_invalid')
  const community = await findCommunityByNo(ctx.db, claim.communityNo)
  const registration = community && (await findRegistration(ctx.db, community.communityId, claim.subjectId))
  if (!community || !registration) throw fail('access.link_expired')
  // The link carries the version's last byte only.
  if ((registration.linkVersion & 0xff) !== claim.version || registration.erasedAt) throw fail('access.link_expired')
  return loadTicket(ctx, community, registration)
}

/**
 * The booking of a link that was opened, its row locked. Errors: access.link_expired, when it was handed to somebody else
 * or erased since: its former holder has no say in it any more.
 */
export async function lockHeld(db: Db, { communityId, id, linkVersion }: Registration): Promise<Registration> {
  const booking = await lockRegistration(db, communityId, id)
  if (!booking || booking.erasedAt || booking.linkVersion !== linkVersion) throw fail('access.link_expired')
  return booking
}

/** The ticket of a booking that was found otherwise; the caller has authorised. */
export async function loadTicket(ctx: Context, community: Community, registration: Registration): Promise<Ticket> {
  const event = await findEvent(ctx.db, community.communityId, registration.eventId)
  const person = await findPerson(ctx.db, community.communityId, registration.personId)
  if (!event || !person) throw fail('thing.not_found')
  return { community, event, registration, person, links: ticketLinks(ctx, community.no, registration) }
}

/** The same context, acting as the ticket's holder: what the journal notes. */
export function asHolder(ctx: Context, ticket: Ticket): Context {
  const { communityId, id } = ticket.registration
  return { ...ctx, actor: { kind: 'link', purpose: 't', communityId, subjectId: id, name: '', grants: [] } }
}

/** The community of an event for an action; errors: community.not_found. */
export async function requireCommunity(ctx: Context, communityId: string): Promise<Community> {
  const community = await findCommunity(ctx.db, communityId)
  if (!community) throw fail('community.not_found')
  return community
}
