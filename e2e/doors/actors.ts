import { roles, type Role } from '@kaichang/core/community/permissions.ts'
import { inviteMember } from '@kaichang/core/community/members.ts'
import { createSignInLink, useSignInLink } from '@kaichang/core/people/sign-in.ts'
import type { Site } from '../../tests/setup/server.ts'
import type { As } from './ask.ts'
import { asSystem, type Furnished } from './furnish.ts'

/** Everybody who may knock at a door. */
export const whos = [
  'visitor',
  'nobody',
  'neighbour',
  ...roles,
  'organiser here',
  'door here',
  'organiser elsewhere',
  'administrator',
  'ticket',
  'order link',
  'door link',
  'stage link',
  'link elsewhere',
  'partner link',
  'waiting link',
] as const
export type Who = (typeof whos)[number]

/** How each of them asks, at the event `here`. */
export type Actors = Readonly<Record<Who, As & { ticket?: string; order?: string; volunteer?: string; partner?: string; waiting?: string }>>

/** Accounts with every role, links of every kind. `elsewhere` is another event of the same community. */
export async function makeActors(site: Site, at: { here: Furnished; elsewhere: Furnished; neighbour: Furnished }): Promise<Actors> {
  const { here, elsewhere, neighbour } = at
  const account = (email: string, role: Role, place: Furnished, eventId = ''): Promise<As> =>
    makeAccount(site, email, { role, communityId: place.communityId, eventId })
  const held: Partial<Record<Who, As>> = {}
  for (const role of roles) held[role] = await account(`${role}@example.org`, role, here)
  const staff = held as Record<Role, As>
  return {
    ...staff,
    visitor: {},
    nobody: await makeAccount(site, 'nobody@example.org'),
    neighbour: await account('neighbour@example.org', 'owner', neighbour),
    'organiser here': await account('here@example.org', 'organiser', here, here.eventId),
    'door here': await account('door-here@example.org', 'door', here, here.eventId),
    'organiser elsewhere': await account('elsewhere@example.org', 'organiser', elsewhere, elsewhere.eventId),
    administrator: await signedIn(site, 'administrator@example.org', true),
    ticket: { ticket: here.links.ticket },
    'order link': { order: here.links.order },
    'door link': { bearer: here.links.door, volunteer: here.links.door },
    'stage link': { bearer: here.links.stage, volunteer: here.links.stage },
    'link elsewhere': { bearer: elsewhere.links.door, volunteer: elsewhere.links.door },
    'partner link': { partner: here.links.partner },
    'waiting link': { waiting: here.links.waiting },
  }
}

/** An account, with a role if one is given, signed in as everybody is: by a link. */
export async function makeAccount(site: Site, email: string, member?: { role: Role; communityId: string; eventId?: string }): Promise<As> {
  if (member) await inviteMember(asSystem(site), member.communityId, { email, role: member.role, eventId: member.eventId ?? '' }, 'zh')
  return signedIn(site, email)
}

async function signedIn(site: Site, email: string, administrator = false): Promise<As> {
  const link = await createSignInLink(site.app, { email, administrator })
  const { name, value } = await useSignInLink(site.app, link.split('/').at(-1) ?? '')
  return { cookie: `${name}=${value}` }
}
