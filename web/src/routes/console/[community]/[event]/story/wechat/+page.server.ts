import { asLocale, pickText } from '@kaichang/core/kernel/text.ts'
import { openArticles } from '@kaichang/core/story/actions.ts'
import { RECAP } from '@kaichang/core/story/model.ts'
import { toWechatHtml } from '@kaichang/core/story/wechat.ts'
import { placeOf } from '#lib/server/place.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, community, event, communityId, eventId } = await placeOf(request)
  const query = request.url.searchParams
  const language = asLocale(query.get('in') ?? locale)
  const articles = await openArticles(ctx, communityId, eventId)
  const article = articles.find((a) => a.slug === RECAP && a.locale === language) ?? articles.find((a) => a.slug === RECAP)
  const origin = ctx.settings.publicUrl
  const source = `${origin}/${community.slug}/${event.slug}/recap`
  const typed = (name: string, fallback: string): string => (query.get(name) ?? fallback).slice(0, 400)
  const meta = {
    title: typed('title', article?.title ?? ''),
    author: typed('author', [...pickText(community.name, language)].slice(0, 16).join('')),
    digest: typed('digest', ''),
    source,
    origin,
  }
  return {
    language,
    name: pickText(event.name, locale),
    meta,
    file: `${event.slug}-wechat.html`,
    made: article ? toWechatHtml(article.body, meta) : null,
  }
}
