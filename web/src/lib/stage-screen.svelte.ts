import { onMount } from 'svelte'
import type { StageScreen } from './stage.ts'

interface Kept {
  readonly screen: StageScreen
  /** The server's time, in milliseconds; runs on without a network. */
  readonly now: number
  readonly online: boolean
}

/** Looks again this often even when no change was announced. */
const AGAIN = 15_000

/**
 * Keeps a stage's screen true: time runs by the page's own clock, set right by the server's; changes are fetched
 * when the live stream tells of them, and every few seconds besides. What was told last stays when nothing answers.
 * To be called while a component is being made.
 */
export function keepStage(initial: () => StageScreen, stateUrl: () => string, live: () => string): Kept {
  let told = $state<StageScreen | null>(null)
  let tick = $state<number | null>(null)
  let online = $state(true)
  const screen = $derived(told && told.serverNow >= initial().serverNow ? told : initial())

  onMount(() => {
    // How far the server's clock is ahead of ours; the quickest answer tells it best.
    let ahead = initial().serverNow - Date.now()
    if (Math.abs(ahead) < 5_000) ahead = 0
    let quickest = Infinity
    const beat = (): void => {
      tick = Date.now() + ahead
    }
    const look = async (): Promise<void> => {
      const sent = Date.now()
      try {
        const answer = await fetch(stateUrl(), { headers: { accept: 'application/json' }, cache: 'no-store' })
        if (!answer.ok) return
        const next: StageScreen = await answer.json()
        const took = Date.now() - sent
        if (took <= quickest * 1.5) {
          quickest = Math.min(quickest, took)
          ahead = next.serverNow - (sent + took / 2)
        }
        told = next
        online = true
      } catch {
        online = false
      }
      beat()
    }
    beat()
    void look()
    const clock = setInterval(beat, 250)
    const poll = setInterval(() => void look(), AGAIN)
    const stream = 'EventSource' in window ? new EventSource(live()) : null
    const changed = (): void => void look()
    stream?.addEventListener('hello', changed)
    stream?.addEventListener('change', changed)
    addEventListener('online', changed)
    document.addEventListener('visibilitychange', changed)
    return () => {
      clearInterval(clock)
      clearInterval(poll)
      stream?.close()
      removeEventListener('online', changed)
      document.removeEventListener('visibilitychange', changed)
    }
  })

  return {
    get screen() {
      return screen
    },
    get now() {
      return tick ?? initial().serverNow
    },
    get online() {
      return online
    },
  }
}
