import { z } from 'zod'
import { momentSchema } from '#core/kernel/fields.ts'
import { optionalLine, optionalTextSchema, type Text } from '#core/kernel/text.ts'
import type { SessionKind } from '#core/programme/model.ts'

export const runStates = ['waiting', 'on', 'done', 'skipped'] as const
export type RunState = (typeof runStates)[number]

/** What really happened to one session, to the second. A session without a row is waiting. */
export interface Run {
  sessionId: string
  state: RunState
  startedAt: Date | null
  endedAt: Date | null
  /** Given on top of (or taken from) the planned minutes while it ran. */
  extraSeconds: number
  /** Stated afterwards; else it follows from start and end. */
  overrunSeconds: number | null
}

/** A session as the stage sees it: what is planned, and what really happened. */
export interface Item {
  id: string
  no: number
  slug: string
  kind: SessionKind
  title: Text
  speakers: { name: string; affiliation: Text }[]
  plannedStart: Date | null
  minutes: number
  run: Run
}

const whole = (max: number) => z.coerce.number().int().min(-max).max(max)
const orNull = <S extends z.ZodType>(schema: S) => z.preprocess((v) => (v === '' || v === undefined ? null : v), schema.nullable())

export const sessionIdSchema = z.object({ sessionId: z.uuid() })

export const extendSchema = z.object({ sessionId: z.uuid(), minutes: whole(240) })

/** Times written down afterwards. An overrun that is stated wins over the one that follows from start and end. */
export const actualSchema = z
  .object({
    sessionId: z.uuid(),
    startedAt: momentSchema,
    endedAt: orNull(momentSchema),
    overrunSeconds: orNull(whole(86_400)),
  })
  .refine((t) => t.endedAt === null || t.endedAt > t.startedAt, { path: ['endedAt'], params: { code: 'stage.end_before_start' } })
export type ActualInput = z.input<typeof actualSchema>

export const metrics = ['stream_clicks', 'stream_viewers', 'stream_peak', 'head_count'] as const
export type Metric = (typeof metrics)[number]

export const figureSchema = z.object({
  metric: z.enum(metrics, { error: 'field.invalid' }),
  platform: optionalLine(60),
  value: z.coerce.number().int().min(0).max(1_000_000_000),
  at: orNull(momentSchema),
  note: optionalTextSchema(200),
})
export type FigureInput = z.input<typeof figureSchema>

/** A number read from a stream or counted in a hall. */
export interface Figure {
  id: string
  metric: Metric
  platform: string
  value: number
  at: Date
  note: Text
}

export const waiting = (sessionId: string): Run => ({
  sessionId,
  state: 'waiting',
  startedAt: null,
  endedAt: null,
  extraSeconds: 0,
  overrunSeconds: null,
})
