import type { SessionKind } from '@kaichang/core/programme/model.ts'
import type { RunState } from '@kaichang/core/stage/model.ts'

/** One line of the run sheet; texts in the reader's language, moments in milliseconds since 1970. */
export interface StageLine {
  id: string
  no: number
  kind: SessionKind
  title: string
  speakers: string[]
  minutes: number
  /** Minutes added (or taken off) while it ran. */
  extra: number
  state: RunState
  planned: number | null
  /** Actual, or expected when the day runs late. */
  start: number | null
  end: number | null
  overrun: number | null
  /** Seconds later than planned. */
  late: number
}

/** What is on: what the clock needs. */
export interface OnStage {
  id: string
  title: string
  speakers: string[]
  minutes: number
  extra: number
  startedAt: number
  /** Seconds. */
  allowed: number
}

/** All that a screen at the stage needs to run on by itself. */
export interface StageScreen {
  /** The server's clock when this was told. */
  serverNow: number
  hallId: string | null
  hall: string
  event: string
  timeZone: string
  current: OnStage | null
  next: StageLine | null
  then: StageLine[]
  lines: StageLine[]
  /** Seconds that the next item is expected to be late. */
  offset: number
  /** The stage is being run: what is told of lateness holds. */
  live: boolean
  /** Something was on already. */
  begun: boolean
}
