import type { Behaviour } from './behaviour.ts'

/** A signed notice on its way. */
export interface NoticeToSend {
  url: string
  headers: Record<string, string>
  body: string
  /** Whether this answer counts as taken. */
  isTaken(status: number, body: string): boolean
}

/** What became of one sending. */
export interface Sent {
  status: number
  body: string
  taken: boolean
}

/** Sends notices as providers do: until they are taken, with pauses. `make` signs anew for every try. */
export interface Post {
  /** Sends now, or keeps it when notices are held. */
  post(make: () => NoticeToSend): void
  /** Sends once and tells what was answered. */
  sendOnce(notice: NoticeToSend): Promise<Sent>
  /** Lets held notices go, in the given order; `drop` loses them. */
  release(how?: 'in order' | 'reversed' | 'drop'): Promise<Sent[]>
  /** Resolves when nothing is on its way (pauses aside). */
  settled(): Promise<void>
  close(): void
}

export function openPost(behaviour: Behaviour, reach: (url: string) => string): Post {
  const held: (() => NoticeToSend)[] = []
  const timers = new Set<NodeJS.Timeout>()
  const under = new Set<Promise<unknown>>()
  let closed = false

  async function sendOnce(notice: NoticeToSend): Promise<Sent> {
    try {
      const answer = await fetch(reach(notice.url), {
        method: 'POST',
        headers: notice.headers,
        body: notice.body,
        redirect: 'manual',
        signal: AbortSignal.timeout(5_000),
      })
      const body = await answer.text()
      return { status: answer.status, body, taken: notice.isTaken(answer.status, body) }
    } catch {
      return { status: 0, body: '', taken: false }
    }
  }

  function track<T>(work: Promise<T>): Promise<T> {
    under.add(work)
    void work.finally(() => under.delete(work))
    return work
  }

  function attempt(make: () => NoticeToSend, tries: number): Promise<Sent> {
    return track(
      sendOnce(make()).then((sent) => {
        const pause = behaviour.pauses[tries]
        if (!sent.taken && pause !== undefined && !closed) {
          const timer = setTimeout(() => {
            timers.delete(timer)
            void attempt(make, tries + 1)
          }, pause)
          timer.unref()
          timers.add(timer)
        }
        return sent
      }),
    )
  }

  return {
    post: (make) => {
      if (behaviour.notices === 'hold') held.push(make)
      else void attempt(make, 0)
    },
    sendOnce: (notice) => track(sendOnce(notice)),
    release: async (how = 'in order') => {
      const waiting = held.splice(0)
      if (how === 'drop') return []
      const sent: Sent[] = []
      for (const make of how === 'reversed' ? waiting.toReversed() : waiting) sent.push(await attempt(make, 0))
      return sent
    },
    settled: async () => {
      while (under.size > 0) await Promise.all(under)
    },
    close: () => {
      closed = true
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
