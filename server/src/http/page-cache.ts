import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Change, JournalFeed } from '@kaichang/core/store/feed.ts'
import { CapturedResponse, type Whole } from './captured-response.ts'
import { askedPage, mayKeep, makePage, sendPage, sendWhole, type KeptPage } from './kept-page.ts'

/** How long a page may be shown when the database is away. */
const STALE = 10 * 60_000
/** How long a page of which something changed since may be shown when the database is away. */
const OUTDATED = 60_000
/** How long a reader waits for a new copy while an old one is at hand. */
const PATIENCE = 250
/** A page in which something changed more often than so within so many milliseconds changes in a rush. */
const RUSH = { times: 8, within: 1_000 }
/** In a rush, a copy is shown for so long although something changed in it, and for so long while the next one is made. */
const GLANCE = 500
const MOMENT = 3_000

export interface PageCacheOptions {
  /** Answers a request by the page framework. */
  render: (request: IncomingMessage, response: ServerResponse) => void
  feed: JournalFeed
  /** Milliseconds since 1970. */
  now: () => number
  /** Memory for pages and their compressed copies, in bytes. */
  maxBytes?: number
}

export interface PageCache {
  /** Answers from the cache, or has the page made and keeps it if it may be kept. */
  handle: (request: IncomingMessage, response: ServerResponse) => void
  /** For /metrics. */
  stats: { hits: number; misses: number; stale: number; pages: number; bytes: number }
  close: () => void
}

/**
 * Keeps whole answers of public pages for readers without a cookie, until the journal reports a public change
 * in the page's scope, and no longer than the minute; a crowd that asks for one page has it made once. In a rush, when
 * something in a page changes many times a second, it is made twice a second at most, and nobody waits for it.
 * While a page cannot be made (the database is away), its last copy is shown for up to ten minutes, for one minute when
 * it is known that something changed in it.
 */
export function createPageCache(options: PageCacheOptions): PageCache {
  const { render, feed, now, maxBytes = 48_000_000 } = options
  const pages = new Map<string, KeptPage>()
  const flights = new Map<string, Promise<KeptPage | null>>()
  const stats = { hits: 0, misses: 0, stale: 0, pages: 0, bytes: 0 }
  // The number of the last change of each community: a page whose making began before it is not kept.
  const changed = new Map<string, number>()
  let changes = 0
  let lost = 0
  // The feed broke off and no page was made since: most likely the database is away.
  let away = false

  const drop = (key: string): void => {
    stats.bytes -= pages.get(key)?.size ?? 0
    pages.delete(key)
    stats.pages = pages.size
  }

  const onChange = (change: Change | null): void => {
    if (change && !change.public) return
    changes += 1
    flights.clear()
    if (!change || changed.size > 5_000) {
      // Something may have been missed: nothing is fresh any more, but the copies help while the database is away.
      lost = changes
      away = change === null
      changed.clear()
      for (const page of pages.values()) page.freshUntil = 0
    }
    if (!change) return
    changed.set(change.communityId, changes)
    for (const page of pages.values()) {
      if (!concerns(change, page)) continue
      page.freshUntil = 0
      page.outdatedAt ??= now()
      page.changes.push(now())
      if (page.changes.length > RUSH.times + 1) page.changes.shift()
    }
  }

  const keep = (key: string, whole: Whole, since: number): KeptPage | null => {
    const page = makePage(whole, now(), since)
    away = false
    if (!page || page.size > maxBytes / 8) return page
    const latest = page.communityId === '*' ? changes : Math.max(lost, changed.get(page.communityId) ?? 0)
    const before = pages.get(key)
    if (before && before.since > since) return page
    if (before) page.changes = before.changes
    // Something changed while it was made: newer than the one before, and outdated all the same.
    if (latest > since) Object.assign(page, { freshUntil: 0, outdatedAt: page.madeAt })
    drop(key)
    pages.set(key, page)
    stats.bytes += page.size
    for (const oldest of pages.keys()) {
      if (stats.bytes <= maxBytes) break
      drop(oldest)
    }
    stats.pages = pages.size
    return page
  }

  /**
   * Has the page made. With `response` an answer that may not be kept goes straight to this reader, and null
   * comes back; without, an old copy stays when the page cannot be made, and goes when it may not be kept any more.
   */
  const make = (key: string, request: IncomingMessage, response: ServerResponse | null): Promise<KeptPage | null> => {
    const since = changes
    const flight = new Promise<KeptPage | null>((resolve) => {
      const settle = (whole: Whole | null): void => {
        const page = whole && mayKeep(whole.status, whole.headers) ? keep(key, whole, since) : null
        if (!page && whole && response) sendWhole(response, whole)
        if (!page && whole && !response && whole.status < 500) drop(key)
        resolve(page)
      }
      render(request, new CapturedResponse(request, response, mayKeep, settle))
    }).finally(() => {
      if (flights.get(key) === flight) flights.delete(key)
    })
    flights.set(key, flight)
    return flight
  }

  const answer = async (key: string, request: IncomingMessage, response: ServerResponse, old: KeptPage | undefined): Promise<void> => {
    stats.misses += 1
    if (old && inRush(old, now()) && now() - old.madeAt < MOMENT) {
      stats.stale += 1
      sendPage(request, response, old, now())
      // Each change would have it made once more beside the one that is on its way.
      if (old.making) return
      old.making = true
      await make(key, request, null).finally(() => void (old.making = false))
      return
    }
    const running = flights.get(key)
    const flight = running ?? make(key, request, old ? null : response)
    // What changed is shown at once to all who ask after it, as long as it can be made.
    const patience = old && (away || old.outdatedAt === null) ? PATIENCE : null
    const made = await (patience === null ? flight : Promise.race([flight, pause(patience)]))
    if (response.headersSent || response.destroyed) return
    const page = made ?? (old ? pages.get(key) : undefined)
    if (page) {
      if (!made) stats.stale += 1
      sendPage(request, response, page, now())
    } else render(request, response)
  }

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const asked = askedPage(request)
    const page = asked === null ? undefined : pages.get(asked.key)
    const at = now()
    if (asked === null || (request.method === 'HEAD' && !page)) {
      render(request, response)
      return
    }
    if (page && (at < page.freshUntil || (inRush(page, at) && at - page.madeAt < GLANCE))) {
      // To the end of the map: what was not asked for longest is dropped first.
      pages.delete(asked.key)
      pages.set(asked.key, page)
      stats.hits += 1
      sendPage(request, response, page, at)
      return
    }
    // From here on the request is everybody's: nothing of this one reader may reach the page.
    request.url = asked.url
    request.method = 'GET'
    request.headers['accept-language'] = asked.language
    delete request.headers['user-agent']
    delete request.headers.referer
    delete request.headers['if-none-match']
    void answer(asked.key, request, response, page && isUsable(page, at) ? page : undefined)
  }

  const unsubscribe = feed.subscribe(onChange)
  return { handle, stats, close: unsubscribe }
}

/** True while something in a page changes all the time. */
function inRush({ changes: [first = 0, ...later] }: KeptPage, at: number): boolean {
  return later.length === RUSH.times && at - first < RUSH.within
}

/** True when a copy may be shown if no new one can be made. */
function isUsable(page: KeptPage, at: number): boolean {
  return page.outdatedAt === null ? at - page.madeAt < STALE : at - page.outdatedAt < OUTDATED
}

/** True when a change may show on a page: everything, its community, or its event. */
function concerns(change: Change, page: KeptPage): boolean {
  if (page.communityId === '*') return true
  if (page.communityId !== change.communityId) return false
  return page.eventId === '' || change.eventId === null || page.eventId === change.eventId
}

function pause(milliseconds: number): Promise<null> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, null))
}
