import { z } from 'zod'
import { cleanLines, line, locales, slugSchema, type Locale } from '#core/kernel/text.ts'

export const articleKinds = ['recap', 'story', 'news'] as const
export type ArticleKind = (typeof articleKinds)[number]

/** The slug of an event's recap (纪实): one per event and language. */
export const RECAP = 'recap'

export interface Article {
  id: string
  eventId: string
  slug: string
  kind: ArticleKind
  locale: Locale
  title: string
  /** Markdown. */
  body: string
  state: 'draft' | 'published'
  publishedAt: Date | null
  revision: number
  updatedAt: Date
}

export const articleSchema = z.object({
  slug: slugSchema.default(RECAP),
  kind: z.enum(articleKinds).default('recap'),
  locale: z.enum(locales).default('zh'),
  title: line(120),
  body: z.string().transform(cleanLines).pipe(z.string().min(1).max(200_000)),
  /** The revision that the form was opened with; 0 for an article that did not exist then. */
  revision: z.coerce.number().int().min(0).default(0),
})
export type ArticleInput = z.input<typeof articleSchema>
