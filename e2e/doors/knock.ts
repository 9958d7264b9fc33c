import { createSignInLink } from '@kaichang/core/people/sign-in.ts'
import type { Site } from '../../tests/setup/server.ts'
import type { Actors, Who } from './actors.ts'
import type { Class } from './ask.ts'
import type { Furnished } from './furnish.ts'

/** Where one of them knocks: the address of a route with the things of `here`, and with the knocker's own link. */
export async function addressFor(site: Site, route: string, here: Furnished, actors: Actors, who: Who): Promise<string> {
  const actor = actors[who]
  const parts: Record<string, string> = {
    community: here.community,
    event: here.event,
    talk: here.talk,
    session: here.ids.session,
    id: here.ids.registration,
    list: here.ids.list,
    mail: here.ids.letter,
    kind: 'ticket',
    placed: here.ids.placed,
    file: route.includes('[placed]') ? here.ids.handedIn : here.ids.file,
    // Nobody has paid here.
    payment: here.ids.registration,
    ticket: actor.ticket ?? altered(here.links.ticket),
    order: actor.order ?? altered(here.links.order),
    volunteer: actor.volunteer ?? altered(here.links.door),
    partner: actor.partner ?? altered(here.links.partner),
    waiting: actor.waiting ?? altered(here.links.waiting),
  }
  if (route.includes('[token]')) parts['token'] = (await createSignInLink(site.app, { email: 'guest@example.org' })).split('/').at(-1) ?? ''
  return route.replaceAll(/\[(\w+)\]/g, (_, name: string) => {
    const value = parts[name]
    if (value === undefined) throw new Error(`${route}: nobody knows what [${name}] is`)
    return value
  })
}

/** A link as it looks when somebody tries another one. */
export function altered(token: string): string {
  const at = token.length - 5
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
}

/** What somebody who is not named is answered: strangers sign in, others are told no, and a wrong link leads nowhere. */
export function expectedOf(route: string, who: Who, may: readonly Who[], actors: Actors): Class {
  if (may.includes(who)) return 'shown'
  const { cookie, bearer, ticket, order, volunteer, partner, waiting } = actors[who]
  const link = /^(?:\w+ )?\/([topvw])\/\[/.exec(route)?.[1]
  const own: Record<string, string | undefined> = { t: ticket, o: order, v: volunteer, p: partner, w: waiting }
  if (link) return own[link] ? 'refused' : 'absent'
  return cookie || (bearer && route.includes('/api/')) ? 'refused' : 'sign-in'
}
