import pg from 'pg'
import { JOURNAL_CHANNEL } from './transaction.ts'

/** Something changed in an event (or, eventId null, in the community); `public`: signed-out pages may look different. */
export interface Change {
  communityId: string
  eventId: string | null
  public: boolean
}

export interface JournalFeed {
  /** Settles when the first link stands. */
  ready: Promise<void>
  /** Calls the listener for every change; `null` means: link was lost, anything may have changed. Returns the unsubscriber. */
  subscribe(listener: (change: Change | null) => void): () => void
  close(): Promise<void>
}

/** Listens to the journal's announcements on a connection of its own and comes back by itself when it is lost. */
export function openFeed(url: string, log: (message: string) => void): JournalFeed {
  const listeners = new Set<(change: Change | null) => void>()
  let client: pg.Client | undefined
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let linked = (): void => undefined
  const ready = new Promise<void>((resolve) => {
    linked = resolve
  })
  const tell = (change: Change | null): void => {
    for (const listener of listeners) listener(change)
  }
  const again = (): void => {
    if (closed || timer) return
    timer = setTimeout(() => {
      timer = undefined
      void connect()
    }, 500)
  }
  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: url, application_name: 'kaichang-feed', keepAlive: true })
    client = next
    next.on('error', (error) => log(`journal feed: ${error.message}`))
    next.on('end', again)
    next.on('notification', (message) => {
      const change = readChange(message.payload)
      if (change) tell(change)
    })
    try {
      await next.connect()
      await next.query(`listen ${JOURNAL_CHANNEL}`)
      linked()
      tell(null)
    } catch {
      again()
    }
  }
  void connect()
  return {
    ready,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: async () => {
      closed = true
      clearTimeout(timer)
      listeners.clear()
      await client?.end().catch(() => undefined)
    },
  }
}

function readChange(payload: string | undefined): Change | null {
  try {
    const value: unknown = JSON.parse(payload ?? '')
    if (typeof value !== 'object' || value === null || !('communityId' in value) || typeof value.communityId !== 'string') return null
    const eventId = 'eventId' in value && typeof value.eventId === 'string' ? value.eventId : null
    return { communityId: value.communityId, eventId, public: 'public' in value && value.public === true }
  } catch {
    return null
  }
}
