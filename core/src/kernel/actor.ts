/** A role that somebody holds in a community (`eventId` null) or in one event of it. */
export interface Grant {
  communityId: string
  eventId: string | null
  role: string
}

/** Who acts. Built at the edge (session, personal link, command line), trusted inside. */
export type Actor =
  | { kind: 'system'; name: string }
  | { kind: 'visitor' }
  | { kind: 'account'; accountId: string; name: string; email: string; administrator: boolean; grants: readonly Grant[] }
  | { kind: 'link'; purpose: LinkPurpose; communityId: string; subjectId: string; name: string; grants: readonly Grant[] }

/** What a personal link is for: t ticket, o order, w place in the waiting list, s speaker, v volunteer, p partner, d door code (only scanned). */
export type LinkPurpose = 't' | 'o' | 'w' | 's' | 'v' | 'p' | 'd'

export const visitor: Actor = { kind: 'visitor' }

/** The command line, the jobs and the example loader. */
export const system = (name: string): Actor => ({ kind: 'system', name })
