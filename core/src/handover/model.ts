import { z } from 'zod'
import { momentSchema } from '#core/kernel/fields.ts'
import { optionalTextSchema, slugSchema, textSchema, type Text } from '#core/kernel/text.ts'

/** What can come along to another city. */
export const copyParts = ['tasks', 'partners', 'programme', 'texts', 'budget', 'tickets', 'questions', 'messages'] as const
export type CopyPart = (typeof copyParts)[number]

export const copySchema = z.object({
  /** The community that will hold the new event; default the source's own. */
  toCommunityId: z.uuid().optional(),
  slug: slugSchema,
  name: textSchema(120),
  city: optionalTextSchema(40),
  startsAt: momentSchema,
  parts: z
    .array(z.enum(copyParts))
    .min(1, { error: 'handover.nothing' })
    .default([...copyParts]),
  /** In which language names of open places are written. */
  locale: z.enum(['zh', 'en']).default('zh'),
})
export type CopyInput = z.input<typeof copySchema>

/** How many of each came along (texts: fields that have words). */
export type CopyCounts = Record<CopyPart, number>

/** From which event this one was copied. */
export interface Origin {
  fromName: Text
  counts: CopyCounts
  copiedAt: Date
}
