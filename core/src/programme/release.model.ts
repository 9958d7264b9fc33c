import { z } from 'zod'
import { sessionKinds, levels, type Programme } from './model.ts'

const text = z.object({ zh: z.string().optional(), en: z.string().optional() })

/**
 * What a release keeps. Speakers are ids and affiliations: the name stays the person's own, so that who is
 * erased disappears from every release, too.
 */
export const releaseContentSchema = z.object({
  halls: z.array(z.object({ id: z.string(), name: text, seats: z.number().nullable(), position: z.number() })),
  sessions: z.array(
    z.object({
      id: z.string(),
      no: z.number(),
      slug: z.string(),
      kind: z.enum(sessionKinds),
      title: text,
      abstract: text,
      level: z.enum(levels),
      language: z.string(),
      slidesUrl: z.string(),
      note: text,
      state: z.enum(['draft', 'confirmed', 'cancelled']),
      mayRecord: z.boolean(),
      hallId: z.string().nullable(),
      startsAt: z.union([z.date(), z.iso.datetime().transform((s) => new Date(s))]).nullable(),
      minutes: z.number(),
      position: z.number(),
      speakers: z.array(z.object({ personId: z.string(), affiliation: text })),
    }),
  ),
})
export type ReleaseContent = z.output<typeof releaseContentSchema>
export type ReleasedSession = ReleaseContent['sessions'][number]

/** A released schedule with the names of its speakers. */
export interface Release extends Programme {
  version: number
  releasedAt: Date
}

/** One thing that differs between two releases; a change of halls is about no session. */
export type Change = {
  sessionId: string
  title: { zh?: string | undefined; en?: string | undefined }
} & (
  | { kind: 'halls' | 'added' | 'removed' | 'cancelled' | 'restored' | 'speakers' | 'details' }
  | { kind: 'moved'; from: Date | null; to: Date | null }
  | { kind: 'length'; from: number; to: number }
  | { kind: 'hall'; from: string | null; to: string | null }
  | { kind: 'renamed'; from: { zh?: string | undefined; en?: string | undefined } }
)
