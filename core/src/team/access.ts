import type { Actor, Grant } from '#core/kernel/actor.ts'
import { fail } from '#core/kernel/errors.ts'
import { readLink } from '#core/kernel/links.ts'
import type { Role } from '#core/community/permissions.ts'
import type { Community, Event } from '#core/community/model.ts'
import { findCommunityByNo, findEvent } from '#core/community/store.ts'
import type { Context } from '#core/store/context.ts'
import type { Duty, Volunteer } from './model.ts'
import { findActiveVolunteer } from './access.store.ts'
import { listVolunteers } from './store.ts'

/** What a duty's personal link may do. A link is passed on more easily than a password, so it never manages anything. */
const rolesOf: Readonly<Record<Duty, readonly Role[]>> = {
  lead: ['door', 'stage'],
  secretary: ['door'],
  emcee: ['stage'],
  door: ['door'],
  stage: ['stage'],
  recording: ['stage'],
  photo: [],
  promotion: [],
  design: [],
  other: [],
}

/** How long after the event's end a link still opens doors, in days: late uploads and corrections, no more. */
const DAYS_AFTER = 7

/** Who a volunteer's link belongs to, and for which event. */
export interface VolunteerAccess {
  actor: Actor
  community: Community
  event: Event
  /** The duty for which the link was made. */
  volunteer: Volunteer
  /** All that this person does at the event: one link serves for all of it. */
  duties: Duty[]
}

/** The grants of somebody with these duties, until some days after the event. */
export function grantsOf(duties: readonly Duty[], event: Pick<Event, 'communityId' | 'id' | 'endsAt'>, now: Date): Grant[] {
  if (now.getTime() > event.endsAt.getTime() + DAYS_AFTER * 86_400_000) return []
  return [...new Set(duties.flatMap((duty) => rolesOf[duty]))].map((role) => ({ communityId: event.communityId, eventId: event.id, role }))
}

/** The volunteer behind a personal link `/v/{token}`. Errors: access.link_invalid (altered), access.link_expired (renewed, left). */
export async function actorOfVolunteerLink(ctx: Pick<Context, 'db' | 'secret' | 'clock'>, token: string): Promise<VolunteerAccess> {
  const claim = readLink(ctx.secret, 'v', token)
  if (!claim) throw fail('access.link_invalid')
  const community = await findCommunityByNo(ctx.db, claim.communityNo)
  const found = community && (await findActiveVolunteer(ctx.db, community.communityId, claim.subjectId))
  if (!community || !found || (found.volunteer.linkVersion & 0xff) !== claim.version) throw fail('access.link_expired')
  const { communityId } = community
  const event = await findEvent(ctx.db, communityId, found.eventId)
  if (!event) throw fail('access.link_expired')
  const { volunteer } = found
  const duties = (await listVolunteers(ctx.db, communityId, event.id))
    .filter((one) => one.personId === volunteer.personId)
    .map((one) => one.duty)
  return {
    actor: {
      kind: 'link',
      purpose: 'v',
      communityId,
      subjectId: volunteer.id,
      name: volunteer.name,
      grants: grantsOf(duties, event, ctx.clock.now()),
    },
    community,
    event,
    volunteer,
    duties: [...new Set(duties)],
  }
}
