import { readPublicRecordings } from '@kaichang/core/archive/read.ts'
import { pickText, asLocale } from '@kaichang/core/kernel/text.ts'
import { draftRecap, openArticles, publishArticle, saveArticle, unpublishArticle } from '@kaichang/core/story/actions.ts'
import { checkBadges } from '@kaichang/core/story/badges.actions.ts'
import { RECAP } from '@kaichang/core/story/model.ts'
import { renderArticle } from '@kaichang/core/story/render.ts'
import { goOn, submit, type Sent } from '#lib/server/form.ts'
import { placeOf, type Place } from '#lib/server/place.ts'
import { readOpened } from '#lib/server/read.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'

/** The language of the recap that is being written; the interface's own unless another is asked for. */
const writtenIn = (url: URL, locale: Place['locale']): Place['locale'] => asLocale(url.searchParams.get('in') ?? locale)

export const load: PageServerLoad = async (request) => {
  const { ctx, locale, community, event, communityId, eventId, may } = await placeOf(request)
  const language = writtenIn(request.url, locale)
  const articles = await openArticles(ctx, communityId, eventId)
  const article = articles.find((a) => a.slug === RECAP && a.locale === language)
  const draft = await draftRecap(ctx, communityId, eventId, language)
  const fresh =
    request.url.searchParams.get('fresh') !== null &&
    article !== undefined &&
    (draft.body !== article.body || draft.title !== article.title)
  const recordings = await readPublicRecordings(ctx, event)
  const badges = may('registration.view') ? await checkBadges(ctx, communityId, eventId) : null
  return {
    language,
    article: article ? { title: article.title, body: article.body, state: article.state, revision: article.revision } : null,
    html: article ? renderArticle(article.body, community.slug, recordings) : '',
    hints: draft.hints.map((hint) => ({
      code: hint.code,
      count: 'count' in hint ? hint.count : 0,
      names: 'names' in hint ? hint.names.join(locale === 'zh' ? '、' : ', ') : '',
    })),
    fresh: fresh ? { title: draft.title, body: draft.body } : null,
    mayEdit: may('story.edit'),
    page: `/${community.slug}/${event.slug}`,
    name: pickText(event.name, locale),
    storeKey: `kc-article:${eventId}:${language}`,
    badges,
  }
}

function act(run: (sent: Sent, place: Place, language: Place['locale']) => Promise<string>) {
  return (request: RequestEvent) =>
    submit(request, async (sent) => {
      const place = await placeOf(request)
      const language = writtenIn(request.url, place.locale)
      const done = await run(sent, place, language)
      goOn(`${place.base}/story?in=${language}`, done)
    })
}

export const actions: Actions = {
  draft: act(async (_, { ctx, communityId, eventId }, locale) => {
    const { title, body } = await draftRecap(ctx, communityId, eventId, locale)
    await saveArticle(ctx, communityId, eventId, { locale, title, body, revision: 0 })
    return 'drafted'
  }),
  save: act(async (sent, { ctx, communityId, eventId }, locale) => {
    const opened = readOpened(sent)
    await saveArticle(ctx, communityId, eventId, {
      locale,
      title: sent.text('title'),
      body: sent.text('body'),
      revision: opened.revision ?? 0,
      seen: opened.seen,
    })
    return 'saved'
  }),
  publish: act(async (_, { ctx, communityId, eventId }, locale) => {
    await publishArticle(ctx, communityId, eventId, { locale })
    return 'published'
  }),
  unpublish: act(async (_, { ctx, communityId, eventId }, locale) => {
    await unpublishArticle(ctx, communityId, eventId, { locale })
    return 'unpublished'
  }),
}
