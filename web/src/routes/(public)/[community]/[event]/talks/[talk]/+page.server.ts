import { openEvent } from '@kaichang/core/community/actions.ts'
import { readPublicRecordings } from '@kaichang/core/archive/read.ts'
import { fail } from '@kaichang/core/kernel/errors.ts'
import { plainMarkdown, renderMarkdown } from '@kaichang/core/kernel/markdown.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { talkJsonLd } from '@kaichang/core/programme/json-ld.ts'
import { readRelease } from '@kaichang/core/programme/read.ts'
import { publicPage } from '#lib/server/public-page.ts'
import { publicSchedule, startsOf } from '#lib/server/schedule.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async (event) => {
  const { ctx, locale } = event.locals
  const { community, event: it } = await openEvent(ctx, event.params.community, event.params.event)
  const release = await readRelease(ctx, it)
  const session = release?.sessions.find((s) => s.slug === event.params.talk)
  const schedule = await publicSchedule(ctx, community, it, locale)
  const line = schedule?.lines.find((one) => one.id === session?.id)
  if (!session || !line) throw fail('thing.not_found')
  publicPage(event, { communityId: it.communityId, eventId: it.id })
  const base = `/${community.slug}/${it.slug}`
  const talks = schedule?.lines.filter((one) => one.href !== null && one.state !== 'cancelled') ?? []
  const here = talks.findIndex((one) => one.id === line.id)
  const abstract = pickText(session.abstract, locale)
  const recordings = await readPublicRecordings(ctx, it)
  const steps = [
    { word: 'previous_talk' as const, talk: talks[here - 1] },
    { word: 'next_talk' as const, talk: here < 0 ? undefined : talks[here + 1] },
  ]
  return {
    base,
    event: { name: pickText(it.name, locale), timeZone: it.timeZone, state: it.state },
    talk: { ...line, language: session.language, otherTitle: pickText(session.title, locale === 'zh' ? 'en' : 'zh') },
    abstract: renderMarkdown(abstract),
    description: plainMarkdown(abstract, 160),
    recordings: recordings
      .filter((r) => r.sessionId === session.id)
      .map((r) => ({ id: r.id, name: r.name, mediaType: r.mediaType, size: r.size, src: `/files/${community.slug}/${r.id}` })),
    steps: steps.flatMap(({ word, talk }) => (talk?.href ? [{ word, href: talk.href, title: talk.title }] : [])),
    jsonLd: talkJsonLd({ community, event: it, release, locale, origin: ctx.settings.publicUrl, starts: startsOf(schedule) }, session),
    frame: {
      crumbs: [
        { label: pickText(community.name, locale), href: `/${community.slug}` },
        { label: pickText(it.name, locale), href: base },
      ],
      accent: community.accent,
      notice: `/${community.slug}/notice`,
      live: `/live/${community.slug}/${it.slug}`,
    },
  }
}
