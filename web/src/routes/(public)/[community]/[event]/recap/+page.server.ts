import { readPublicRecordings } from '@kaichang/core/archive/read.ts'
import { openEvent } from '@kaichang/core/community/actions.ts'
import { can } from '@kaichang/core/community/permissions.ts'
import { fail } from '@kaichang/core/kernel/errors.ts'
import { plainMarkdown } from '@kaichang/core/kernel/markdown.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import { openRecap } from '@kaichang/core/story/actions.ts'
import { renderArticle } from '@kaichang/core/story/render.ts'
import { publicPage } from '#lib/server/public-page.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, actor } = request.locals
  const { community, event } = await openEvent(ctx, request.params.community, request.params.event)
  const article = await openRecap(ctx, community, event, locale)
  if (!article) throw fail('page.not_found')
  publicPage(request, { communityId: event.communityId, eventId: event.id })
  const base = `/${community.slug}/${event.slug}`
  const origin = ctx.settings.publicUrl
  const recordings = await readPublicRecordings(ctx, event)
  return {
    base,
    article: {
      title: article.title,
      html: renderArticle(article.body, community.slug, recordings),
      locale: article.locale,
      publishedAt: article.publishedAt,
    },
    description: plainMarkdown(article.body, 140),
    community: { name: pickText(community.name, locale), slug: community.slug },
    event: { name: pickText(event.name, locale), timeZone: event.timeZone },
    edit: can(actor, 'story.edit', { communityId: event.communityId, eventId: event.id }) ? `/console${base}/story` : null,
    jsonLd: {
      '@type': 'Article',
      headline: article.title,
      inLanguage: article.locale === 'zh' ? 'zh-CN' : 'en',
      datePublished: article.publishedAt?.toISOString(),
      dateModified: article.updatedAt.toISOString(),
      image: `${origin}${base}/og.png?recap`,
      url: `${origin}${base}/recap`,
      author: { '@type': 'Organization', name: pickText(community.name, locale), url: `${origin}/${community.slug}` },
      about: { '@type': 'Event', '@id': `${origin}${base}`, name: pickText(event.name, locale), startDate: event.startsAt.toISOString() },
    },
    frame: {
      crumbs: [
        { label: pickText(community.name, locale), href: `/${community.slug}` },
        { label: pickText(event.name, locale), href: base },
      ],
      accent: community.accent,
      notice: `/${community.slug}/notice`,
    },
  }
}
