import { requireEvent } from '#core/community/actions.ts'
import { authorise, can } from '#core/community/permissions.ts'
import { isPublic } from '#core/community/rules.ts'
import { findCommunity, lockEvent } from '#core/community/store.ts'
import type { Community, Event } from '#core/community/model.ts'
import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import type { Locale } from '#core/kernel/text.ts'
import { parseInput } from '#core/kernel/validation.ts'
import { mergeEdit, type Opened } from '#core/store/changes.ts'
import type { Context } from '#core/store/context.ts'
import { transact } from '#core/store/transaction.ts'
import { storyJournal } from './journal.ts'
import { articleSchema, RECAP, type Article, type ArticleInput } from './model.ts'
import { gatherRecap } from './recap.gather.ts'
import type { RecapDraft } from './recap.model.ts'
import { writeRecap } from './recap.ts'
import { findArticle, insertArticle, listArticles, lockArticle, updateArticle } from './store.ts'

/** Drafts the recap from the journal and the rooms as they stand; writes nothing, so that an edited text is never lost. */
export async function draftRecap(ctx: Context, communityId: string, eventId: string, locale: Locale): Promise<RecapDraft> {
  authorise(ctx.actor, 'story.view', { communityId, eventId })
  const event = await requireEvent(ctx, ctx.db, communityId, eventId)
  const community = await findCommunity(ctx.db, communityId)
  if (!community) throw fail('community.not_found')
  const { facts, hints } = await gatherRecap(ctx.db, community, event)
  return { ...writeRecap(facts, locale), hints }
}

/** The articles of an event for its staff. */
export async function openArticles(ctx: Context, communityId: string, eventId: string): Promise<Article[]> {
  authorise(ctx.actor, 'story.view', { communityId, eventId })
  return listArticles(ctx.db, communityId, eventId)
}

/**
 * Saves an article, a new one as a draft. What somebody else saved meanwhile is merged when it was another field;
 * else thing.changed with both versions. Errors: thing.changed.
 */
export async function saveArticle(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: ArticleInput & Pick<Opened, 'seen'>,
): Promise<Article> {
  authorise(ctx.actor, 'story.edit', { communityId, eventId })
  const { revision, slug, kind, locale, ...mine } = parseInput(articleSchema, input)
  return transact(ctx, async (tx) => {
    // The event's row is the lock: two people who begin the same article do not make two.
    if (!(await lockEvent(tx.db, communityId, eventId))) throw fail('event.not_found')
    const now = ctx.clock.now()
    const before = await lockArticle(tx.db, communityId, eventId, slug, locale)
    if (!before) {
      const article: Article = {
        id: newId(ctx),
        eventId,
        slug,
        kind,
        locale,
        ...mine,
        state: 'draft',
        publishedAt: null,
        revision: 1,
        updatedAt: now,
      }
      await insertArticle(tx.db, { communityId, ...article, createdAt: now })
      tx.journal(storyJournal.written, { communityId, eventId, kind: 'article', id: article.id }, { title: article.title })
      return article
    }
    const theirs = { title: before.title, body: before.body }
    // A form that knew of no article has no version in common with the one that exists.
    if (revision === 0 && !input.seen && (mine.title !== theirs.title || mine.body !== theirs.body))
      throw fail('thing.changed', { who: '—', fields: ['title', 'body'], theirs, revision: before.revision })
    const thing = { communityId, id: before.id, now: theirs, revision: before.revision }
    const { values, before: old } = await mergeEdit(tx.db, thing, mine, { revision: revision || input.seen?.revision, seen: input.seen })
    if (Object.keys(old).length === 0) return before
    const subject = { communityId, eventId, kind: 'article', id: before.id }
    await updateArticle(tx.db, communityId, before.id, { ...values, revision: before.revision + 1, updatedAt: now })
    tx.journal(storyJournal.changed, subject, { title: values.title, revision: before.revision + 1, before: old })
    if (before.state === 'published') tx.journal(storyJournal.corrected, subject, { title: values.title })
    return { ...before, ...values, revision: before.revision + 1, updatedAt: now }
  })
}

/** Makes an article public; a second time changes nothing. */
export async function publishArticle(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: { slug?: string; locale: Locale },
): Promise<void> {
  await setState(ctx, communityId, eventId, input, 'published')
}

/** Takes an article back to draft; its text stays. */
export async function unpublishArticle(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: { slug?: string; locale: Locale },
): Promise<void> {
  await setState(ctx, communityId, eventId, input, 'draft')
}

async function setState(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: { slug?: string; locale: Locale },
  state: Article['state'],
): Promise<void> {
  authorise(ctx.actor, 'story.edit', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const article = await lockArticle(tx.db, communityId, eventId, input.slug ?? RECAP, input.locale)
    if (!article) throw fail('thing.not_found')
    if (article.state === state) return
    // The first publication is the date of the article in feeds; taking it back and publishing again keeps it.
    const publishedAt = article.publishedAt ?? (state === 'published' ? ctx.clock.now() : null)
    await updateArticle(tx.db, communityId, article.id, { state, publishedAt })
    const kind = state === 'published' ? storyJournal.published : storyJournal.unpublished
    tx.journal(kind, { communityId, eventId, kind: 'article', id: article.id }, { title: article.title })
  })
}

/** The recap as the reader may see it: published, in the reader's language, else in the other one; null when there is none. */
export async function openRecap(ctx: Context, community: Community, event: Event, locale: Locale): Promise<Article | null> {
  const place = { communityId: community.communityId, eventId: event.id }
  if (!isPublic(event) && !can(ctx.actor, 'story.view', place)) return null
  const order: readonly Locale[] = locale === 'zh' ? ['zh', 'en'] : ['en', 'zh']
  for (const language of order) {
    const article = await findArticle(ctx.db, community.communityId, event.id, RECAP, language)
    if (article?.state === 'published') return article
  }
  return null
}
