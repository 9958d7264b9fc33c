import { openCommunity, openEvent } from '#core/community/actions.ts'
import type { Community, Event } from '#core/community/model.ts'
import { isPublic } from '#core/community/rules.ts'
import { listEvents } from '#core/community/store.ts'
import { publicRecordingsOf } from '#core/archive/store.ts'
import { plainMarkdown } from '#core/kernel/markdown.ts'
import { pickText, type Locale } from '#core/kernel/text.ts'
import { latestRelease } from '#core/programme/release.store.ts'
import type { Context } from '#core/store/context.ts'
import { recordingHref } from './addresses.ts'
import { writeFeed, type FeedItem } from './feed.ts'
import { listPublishedArticles } from './store.ts'

/** Readers ask often; older things are on the pages. */
const LONGEST = 100
const EVENTS = 20

/** The feed of a community: its public events, articles and recordings. */
export async function communityFeed(ctx: Context, communitySlug: string, locale: Locale): Promise<{ xml: string; communityId: string }> {
  const community = await openCommunity(ctx, communitySlug)
  const events = (await listEvents(ctx.db, community.communityId)).filter(isPublic).slice(0, EVENTS)
  const items = await gather(ctx, community, events, locale, null)
  const announced = events.map((event): FeedItem => {
    const url = `${ctx.settings.publicUrl}/${community.slug}/${event.slug}`
    return {
      id: `event:${event.id}`,
      title: pickText(event.name, locale),
      url,
      at: event.createdAt,
      body: pickText(event.summary, locale),
      author: '',
      enclosure: null,
    }
  })
  return {
    xml: write(
      ctx,
      community,
      { title: pickText(community.name, locale), about: pickText(community.about, locale), path: '' },
      [...items, ...announced],
      locale,
    ),
    communityId: community.communityId,
  }
}

/** The feed of one event: its articles and recordings. */
export async function eventFeed(
  ctx: Context,
  communitySlug: string,
  eventSlug: string,
  locale: Locale,
): Promise<{ xml: string; communityId: string; eventId: string }> {
  const { community, event } = await openEvent(ctx, communitySlug, eventSlug)
  const items = await gather(ctx, community, [event], locale, event.id)
  const xml = write(
    ctx,
    community,
    { title: pickText(event.name, locale), about: pickText(event.summary, locale), path: `/${event.slug}` },
    items,
    locale,
  )
  return { xml, communityId: community.communityId, eventId: event.id }
}

function write(
  ctx: Context,
  community: Community,
  about: { title: string; about: string; path: string },
  items: FeedItem[],
  locale: Locale,
): string {
  const url = `${ctx.settings.publicUrl}/${community.slug}${about.path}`
  return writeFeed({
    title: about.title,
    description: plainMarkdown(about.about, 400),
    url,
    self: `${url}/feed.xml`,
    language: locale === 'zh' ? 'zh-CN' : 'en',
    image: about.path === '' ? '' : `${url}/og.png`,
    items: items.sort((a, b) => b.at.getTime() - a.at.getTime()).slice(0, LONGEST),
  })
}

async function gather(
  ctx: Context,
  community: Community,
  events: readonly Event[],
  locale: Locale,
  eventId: string | null,
): Promise<FeedItem[]> {
  const origin = ctx.settings.publicUrl
  const items: FeedItem[] = []
  for (const article of await listPublishedArticles(ctx.db, community.communityId, eventId, LONGEST)) {
    const event = events.find((e) => e.id === article.eventId)
    if (!event || !article.publishedAt) continue
    const url = `${origin}/${community.slug}/${event.slug}/recap?lang=${article.locale}`
    // Our own paths mean nothing in a reader elsewhere: those of links and of the addresses below the text.
    const body = article.body.replace(/\](\(|: )\/(?!\/)/g, (_, between: string) => `]${between}${origin}/`)
    items.push({
      id: `article:${article.id}`,
      title: article.title,
      url,
      at: article.publishedAt,
      body,
      author: pickText(community.name, article.locale),
      enclosure: null,
    })
  }
  for (const event of events) {
    const recordings = await publicRecordingsOf(ctx.db, community.communityId, event.id)
    if (recordings.length === 0) continue
    const release = await latestRelease(ctx.db, community.communityId, event.id)
    for (const recording of recordings) {
      // A session that was not released has no title that the public knows.
      const session = release?.sessions.find((s) => s.id === recording.sessionId)
      if (!session) continue
      items.push({
        id: `recording:${recording.id}`,
        title: `${pickText(session.title, locale)}${session.speakers.length > 0 ? ` · ${session.speakers.map((s) => s.name).join('、')}` : ''}`,
        url: `${origin}/${community.slug}/${event.slug}/talks/${session.slug}`,
        at: recording.startedAt ?? session.startsAt ?? event.startsAt,
        body: pickText(session.abstract, locale),
        author: session.speakers.map((s) => s.name).join('、'),
        enclosure: { url: origin + recordingHref(community.slug, recording), size: recording.size, type: recording.mediaType },
      })
    }
  }
  return items
}
