import type { Context } from '#core/store/context.ts'
import type { Community, Edition, Event } from './model.ts'
import { can } from './permissions.ts'
import { isPublic } from './rules.ts'
import { findEdition, listCommunities, listEvents } from './store.ts'

/** All communities of the installation: their names are public. */
export function readCommunities(ctx: Context): Promise<Community[]> {
  return listCommunities(ctx.db)
}

/** The communities in which the actor has a role; all of them for an administrator. */
export function readOwnCommunities(ctx: Context): Promise<Community[]> {
  const { actor } = ctx
  if (actor.kind !== 'account') return Promise.resolve([])
  return listCommunities(ctx.db, actor.administrator ? undefined : [...new Set(actor.grants.map((grant) => grant.communityId))])
}

/** A community's events that everybody may see, the latest first. */
export async function readPublicEvents(ctx: Context, communityId: string): Promise<Event[]> {
  return (await listEvents(ctx.db, communityId)).filter(isPublic)
}

/** A community's events in whose console the actor may work, the latest first. */
export async function readOwnEvents(ctx: Context, communityId: string): Promise<Event[]> {
  return (await listEvents(ctx.db, communityId)).filter((event) => can(ctx.actor, 'event.view', { communityId, eventId: event.id }))
}

/** The edition that an event belongs to. */
export async function readEdition(ctx: Context, event: Event): Promise<Edition | undefined> {
  return event.editionId === null ? undefined : findEdition(ctx.db, event.communityId, event.editionId)
}
