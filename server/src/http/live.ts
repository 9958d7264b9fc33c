import type { IncomingMessage, ServerResponse } from 'node:http'
import type { App } from '@kaichang/core/app.ts'
import { openEvent } from '@kaichang/core/community/actions.ts'
import { findEvent } from '@kaichang/core/community/store.ts'
import { visitor } from '@kaichang/core/kernel/actor.ts'
import { isKaichangError } from '@kaichang/core/kernel/errors.ts'
import { namesNothing } from '@kaichang/core/store/patience.ts'
import type { Change } from '@kaichang/core/store/feed.ts'

const BEAT = 20_000
/** A reader that has this much unread is slow or gone; he comes back by himself and catches up. */
const UNREAD = 64_000
/** Open streams at most: each holds a socket, and the pages need some too. */
const READERS = 10_000

interface Channel {
  communityId: string
  eventId: string
  revision: number
  readers: Set<ServerResponse>
  /** A look-up of the revision is under way. */
  asking: boolean
}

export interface Live {
  /** Answers `GET /live/{community}/{event}`. */
  handle: (request: IncomingMessage, response: ServerResponse) => void
  readers: () => number
  close: () => void
}

/**
 * Tells open pages that something public changed, and nothing else: the event's revision, which every page can
 * read anyway. A page that comes back says by Last-Event-ID what it has seen.
 */
export function openLive(app: App): Live {
  const channels = new Map<string, Channel>()
  let count = 0

  const send = (response: ServerResponse, text: string): void => {
    if (response.writableLength > UNREAD) response.destroy()
    else response.write(text)
  }

  /** Reads the revision anew and tells all readers when it has grown; one look-up at a time. */
  const look = async (channel: Channel): Promise<void> => {
    if (channel.asking) return
    channel.asking = true
    // Many changes within a moment are one to a reader.
    await new Promise((resolve) => setTimeout(resolve, 50))
    channel.asking = false
    try {
      const event = await findEvent(app.db, channel.communityId, channel.eventId)
      if (!event || event.revision === channel.revision) return
      channel.revision = event.revision
      for (const reader of channel.readers) send(reader, message('change', event.revision))
    } catch (error) {
      // The feed reports `null` once the database is back, and then everybody is looked up again.
      app.log(`live: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  const unsubscribe = app.journalFeed.subscribe((change: Change | null) => {
    if (change && (!change.public || !change.eventId)) return
    for (const channel of channels.values()) {
      if (!change || (change.eventId === channel.eventId && change.communityId === channel.communityId)) void look(channel)
    }
  })
  const beat = setInterval(() => {
    for (const channel of channels.values()) for (const reader of channel.readers) send(reader, ': beat\n\n')
  }, BEAT)
  beat.unref()

  const open = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, , communitySlug = '', eventSlug = ''] = (request.url ?? '').split('?')[0]?.split('/') ?? []
    if (count >= READERS) return refuse(response, 503)
    const { event } = await openEvent(app.context(visitor), decode(communitySlug), decode(eventSlug))
    if (response.destroyed) return
    const key = `${event.communityId} ${event.id}`
    const channel = channels.get(key) ?? {
      communityId: event.communityId,
      eventId: event.id,
      revision: event.revision,
      readers: new Set(),
      asking: false,
    }
    channels.set(key, channel)
    channel.readers.add(response)
    count += 1
    response.once('close', () => {
      count -= 1
      channel.readers.delete(response)
      if (channel.readers.size === 0) channels.delete(key)
    })
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
    // After a restart not everybody comes back in the same second.
    response.write(`retry: ${2000 + Math.floor(Math.random() * 6000)}\n`)
    const seen = request.headers['last-event-id']
    response.write(message(seen !== undefined && seen !== String(event.revision) ? 'change' : 'hello', event.revision))
  }

  return {
    handle: (request, response) => {
      open(request, response).catch((error: unknown) => {
        if (!response.headersSent) refuse(response, isKaichangError(error) ? error.status : namesNothing(error) ? 404 : 503)
        else response.destroy()
      })
    },
    readers: () => count,
    close: () => {
      unsubscribe()
      clearInterval(beat)
      for (const channel of channels.values()) for (const reader of channel.readers) reader.end()
    },
  }
}

function message(kind: 'hello' | 'change', revision: number): string {
  return `id: ${revision}\nevent: ${kind}\ndata: {"revision":${revision}}\n\n`
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, status === 503 ? { 'retry-after': '10' } : {})
  response.end()
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return ''
  }
}
