import type { PublicRecording } from '#core/archive/model.ts'
import { renderMarkdown } from '#core/kernel/markdown.ts'
import { recordingHref } from './addresses.ts'

/** An article as a page shows it: its times on the rail, the event's published recordings with players. */
export function renderArticle(
  body: string,
  communitySlug: string,
  recordings: readonly Pick<PublicRecording, 'id' | 'name' | 'mediaType'>[],
): string {
  const players = new Map(
    recordings.map((r) => [recordingHref(communitySlug, r), r.mediaType.startsWith('video/') ? ('video' as const) : ('audio' as const)]),
  )
  return renderMarkdown(body, { images: 'https', rail: true, media: (href) => players.get(href) ?? null })
}
