import type { Actor } from '#core/kernel/actor.ts'
import { fail } from '#core/kernel/errors.ts'

/** What somebody can be in a community or in one event. */
export const roles = ['owner', 'organiser', 'programme', 'treasurer', 'door', 'stage', 'editor', 'viewer'] as const
export type Role = (typeof roles)[number]

/**
 * Who may do what: the one list, used by actions and shown to pages.
 * A role held in the community holds in all its events.
 */
export const permissions = {
  'community.manage': ['owner'],
  'event.create': ['owner', 'organiser'],
  'event.manage': ['owner', 'organiser'],
  'event.view': ['owner', 'organiser', 'programme', 'treasurer', 'door', 'stage', 'editor', 'viewer'],
  'journal.view': ['owner', 'organiser', 'programme', 'treasurer', 'editor', 'viewer'],
  'plan.view': ['owner', 'organiser', 'programme', 'treasurer', 'editor', 'viewer'],
  'plan.edit': ['owner', 'organiser'],
  'task.tick': ['owner', 'organiser', 'programme', 'treasurer', 'door', 'stage', 'editor'],
  'budget.view': ['owner', 'organiser', 'treasurer', 'viewer'],
  'budget.edit': ['owner', 'organiser', 'treasurer'],
  'team.view': ['owner', 'organiser', 'programme', 'treasurer', 'door', 'stage', 'editor', 'viewer'],
  'team.edit': ['owner', 'organiser'],
  'partners.view': ['owner', 'organiser', 'treasurer', 'viewer'],
  'partners.edit': ['owner', 'organiser', 'treasurer'],
  'programme.view': ['owner', 'organiser', 'programme', 'stage', 'editor', 'viewer'],
  'programme.edit': ['owner', 'organiser', 'programme'],
  'registration.view': ['owner', 'organiser'],
  'registration.figures': ['owner', 'organiser', 'treasurer', 'viewer'],
  'registration.edit': ['owner', 'organiser'],
  'registration.export': ['owner', 'organiser'],
  'money.view': ['owner', 'organiser', 'treasurer'],
  'money.edit': ['owner', 'treasurer'],
  'door.scan': ['owner', 'organiser', 'door'],
  'stage.view': ['owner', 'organiser', 'programme', 'stage', 'editor', 'viewer'],
  'stage.run': ['owner', 'organiser', 'stage'],
  'archive.view': ['owner', 'organiser', 'programme', 'stage', 'editor', 'viewer'],
  'archive.edit': ['owner', 'organiser', 'stage', 'editor'],
  'story.view': ['owner', 'organiser', 'editor', 'viewer'],
  'story.edit': ['owner', 'organiser', 'editor'],
  'handover.copy': ['owner', 'organiser'],
  'mail.view': ['owner', 'organiser'],
} as const satisfies Record<string, readonly Role[]>

export type Permission = keyof typeof permissions

/** Where something is to be done: a community, and an event of it when there is one. */
export interface Place {
  communityId: string
  eventId?: string | null
}

/** True when the actor may do this here. The system (jobs, command line) and administrators may do all. */
export function can(actor: Actor, permission: Permission, place: Place): boolean {
  if (actor.kind === 'system') return true
  if (actor.kind === 'visitor') return false
  if (actor.kind === 'account' && actor.administrator) return true
  const allowed: readonly string[] = permissions[permission]
  return actor.grants.some(
    (grant) =>
      grant.communityId === place.communityId &&
      (grant.eventId === null || grant.eventId === (place.eventId ?? null)) &&
      allowed.includes(grant.role),
  )
}

/** Asserts that the actor may do this here; throws `access.sign_in` for strangers and `access.denied` for others. */
export function authorise(actor: Actor, permission: Permission, place: Place): void {
  if (can(actor, permission, place)) return
  throw fail(actor.kind === 'visitor' ? 'access.sign_in' : 'access.denied')
}
