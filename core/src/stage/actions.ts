import type { z } from 'zod'
import type { Event } from '#core/community/model.ts'
import { lockEvent } from '#core/community/store.ts'
import { authorise } from '#core/community/permissions.ts'
import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { parseInput } from '#core/kernel/validation.ts'
import { loadProgramme } from '#core/programme/store.ts'
import { laneOf } from '#core/programme/rules.ts'
import type { Context } from '#core/store/context.ts'
import { createOnce } from '#core/store/request-keys.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { itemsOf } from './items.ts'
import { stageJournal } from './journal.ts'
import {
  actualSchema,
  extendSchema,
  figureSchema,
  sessionIdSchema,
  type ActualInput,
  type FigureInput,
  type Item,
  type Run,
} from './model.ts'
import { decide, type Press } from './press.rules.ts'
import { endFromOverrun, overrunOf } from './rules.ts'
import { extensionText, latenessText, metricNames, outcomeText } from './sentences.ts'
import { insertFigure, listPresses, loadRuns, saveRun, type Pressed } from './store.ts'

/** Ends what is on and starts the item that the presser's screen offered. Pressed by two people it happens once. */
export function startNext(ctx: Context, communityId: string, eventId: string, input: { sessionId: string }): Promise<void> {
  const { sessionId } = parseInput(sessionIdSchema, input)
  return press(ctx, communityId, eventId, { kind: 'next', sessionId })
}

/** Starts any item that waits or was skipped, ending what is on. Errors: stage.over. */
export function startSession(ctx: Context, communityId: string, eventId: string, input: { sessionId: string }): Promise<void> {
  const { sessionId } = parseInput(sessionIdSchema, input)
  return press(ctx, communityId, eventId, { kind: 'start', sessionId })
}

/** Ends the item if it is on. */
export function endSession(ctx: Context, communityId: string, eventId: string, input: { sessionId: string }): Promise<void> {
  const { sessionId } = parseInput(sessionIdSchema, input)
  return press(ctx, communityId, eventId, { kind: 'end', sessionId })
}

/** Leaves out an item that waits. */
export function skipSession(ctx: Context, communityId: string, eventId: string, input: { sessionId: string }): Promise<void> {
  const { sessionId } = parseInput(sessionIdSchema, input)
  return press(ctx, communityId, eventId, { kind: 'skip', sessionId })
}

/** Gives the item that is on more minutes, or takes some away. Errors: stage.nothing_on. */
export function addMinutes(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: { sessionId: string; minutes: number | string },
): Promise<void> {
  const { sessionId, minutes } = parseInput(extendSchema, input)
  return press(ctx, communityId, eventId, { kind: 'extend', sessionId, seconds: minutes * 60 })
}

async function press(ctx: Context, communityId: string, eventId: string, what: Press): Promise<void> {
  authorise(ctx.actor, 'stage.run', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const { event, items } = await lockStage(tx, communityId, eventId, what.sessionId)
    const changed = decide(items, what, ctx.clock.now())
    await writeRuns(ctx, tx, event, items, changed)
  })
}

/**
 * Writes down afterwards when an item began and ended, to the second, from recordings or a notebook. A stated overrun
 * tells the end when none is given. The entries in the journal stand at the times they tell of.
 */
export async function recordActual(ctx: Context, communityId: string, eventId: string, input: ActualInput): Promise<void> {
  authorise(ctx.actor, 'stage.run', { communityId, eventId })
  const { sessionId, startedAt, endedAt, overrunSeconds } = parseInput(actualSchema, input)
  await transact(ctx, async (tx) => {
    const { event, items } = await lockStage(tx, communityId, eventId, sessionId)
    const item = items.find((one) => one.id === sessionId)
    if (!item) throw fail('thing.not_found')
    const end = endedAt ?? endFromOverrun(startedAt, item.minutes, overrunSeconds)
    if (end && end <= startedAt) throw fail('stage.end_before_start')
    // A start that is put right while the item is on does not end it.
    const state = !end && item.run.state === 'on' ? 'on' : 'done'
    const run: Run = { ...item.run, state, startedAt, endedAt: end, overrunSeconds }
    await writeRuns(ctx, tx, event, items, [run])
  })
}

/**
 * Takes the last press back that was not taken back yet: every run is as it was before it. With `hallId` the last one
 * of that stage. Errors: stage.nothing_to_undo.
 */
export async function undoLast(ctx: Context, communityId: string, eventId: string, input: { hallId?: string | null } = {}): Promise<void> {
  authorise(ctx.actor, 'stage.run', { communityId, eventId })
  await transact(ctx, async (tx) => {
    if (!(await lockEvent(tx.db, communityId, eventId))) throw fail('event.not_found')
    const { entries, undone } = await listPresses(tx.db, communityId, eventId)
    const programme = await loadProgramme(tx.db, communityId, eventId)
    const lanes = new Map(programme.sessions.map((session) => [session.id, laneOf(session, programme.halls)]))
    const here = ({ subjectId }: Pressed): boolean => input.hallId === undefined || lanes.get(subjectId ?? '') === input.hallId
    const last = entries.findLast((entry) => !undone.has(entry.press) && here(entry))
    if (!last) throw fail('stage.nothing_to_undo')
    const titles = new Map<string, z.infer<typeof stageJournal.skipped.facts>['title']>()
    for (const { facts } of entries.filter((entry) => entry.press === last.press)) {
      const { before, title } = stageJournal.skipped.facts.parse(facts)
      if (!titles.has(before.sessionId)) await saveRun(tx.db, communityId, eventId, readRun(before))
      titles.set(before.sessionId, title)
    }
    tx.journal(stageJournal.undone, subject(communityId, eventId, null), { press: last.press, titles: [...titles.values()] })
  })
}

/** Notes a figure: clicks of a stream, heads in a hall; now, or at the time it was read. The same form sent twice notes it once. */
export async function noteFigure(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: FigureInput & { key?: string | null },
): Promise<void> {
  authorise(ctx.actor, 'stage.run', { communityId, eventId })
  const body = parseInput(figureSchema, input)
  const { at, ...values } = body
  await transact(ctx, (tx) =>
    createOnce(ctx, tx, { communityId, scope: `figure:${eventId}`, key: input.key, body }, async () => {
      const when = at ?? ctx.clock.now()
      const id = newId(ctx)
      await insertFigure(tx.db, { ...values, communityId, eventId, id, at: when })
      const { metric, platform, value } = values
      const where = platform ? { zh: `${platform} `, en: `${platform}, ` } : { zh: '', en: '' }
      tx.journal(
        stageJournal.figure,
        subject(communityId, eventId, id),
        { metric, what: metricNames[metric], platform, where, value },
        when,
      )
      return id
    }),
  )
}

/** The event, locked so that presses come one after another, and the items of the stage on which the session is. */
async function lockStage(tx: Tx, communityId: string, eventId: string, sessionId: string): Promise<{ event: Event; items: Item[] }> {
  const event = await lockEvent(tx.db, communityId, eventId)
  if (!event) throw fail('event.not_found')
  const programme = await loadProgramme(tx.db, communityId, eventId)
  const session = programme.sessions.find((one) => one.id === sessionId)
  if (!session) throw fail('thing.not_found')
  return { event, items: itemsOf(programme, await loadRuns(tx.db, communityId, eventId), laneOf(session, programme.halls)) }
}

/** Writes the changed runs with one entry for each thing that happened. */
async function writeRuns(ctx: Context, tx: Tx, event: Event, items: readonly Item[], changed: readonly Run[]): Promise<void> {
  const pressId = newId(ctx)
  for (const run of changed) {
    const item = items.find((one) => one.id === run.sessionId)
    if (!item) continue
    await saveRun(tx.db, event.communityId, event.id, run)
    tellRun(tx, event, item, run, pressId)
  }
}

function tellRun(tx: Tx, event: Event, item: Item, run: Run, pressId: string): void {
  const before = item.run
  const about = { title: item.title, no: item.no, kind: item.kind, press: pressId, before: writeRun(before) }
  const thing = subject(event.communityId, event.id, item.id)
  const planned = item.plannedStart
  if (run.state === 'skipped') tx.journal(stageJournal.skipped, thing, about)
  if (run.startedAt && run.startedAt.getTime() !== before.startedAt?.getTime()) {
    const lateSeconds = planned ? Math.round((run.startedAt.getTime() - planned.getTime()) / 1000) : null
    const facts = {
      planned: planned?.toISOString() ?? null,
      actual: run.startedAt.toISOString(),
      time: wallClock(run.startedAt, event.timeZone),
      lateSeconds,
      lateness: latenessText(lateSeconds),
    }
    tx.journal(stageJournal.started, thing, { ...about, ...facts }, run.startedAt)
  }
  if (run.endedAt && (run.endedAt.getTime() !== before.endedAt?.getTime() || run.overrunSeconds !== before.overrunSeconds)) {
    const overrunSeconds = overrunOf(run, item.minutes)
    const plannedEnd = planned ? new Date(planned.getTime() + item.minutes * 60_000).toISOString() : null
    const facts = {
      planned: plannedEnd,
      actual: run.endedAt.toISOString(),
      time: wallClock(run.endedAt, event.timeZone),
      minutes: item.minutes,
      overrunSeconds,
      outcome: outcomeText(overrunSeconds),
    }
    tx.journal(stageJournal.ended, thing, { ...about, ...facts }, run.endedAt)
  }
  if (run.extraSeconds !== before.extraSeconds) {
    const minutes = (run.extraSeconds - before.extraSeconds) / 60
    tx.journal(stageJournal.extended, thing, { ...about, minutes, change: extensionText(minutes) })
  }
}

const wallClock = (at: Date, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium', hourCycle: 'h23' }).format(at)
const writeRun = (run: Run) => ({ ...run, startedAt: run.startedAt?.toISOString() ?? null, endedAt: run.endedAt?.toISOString() ?? null })
const moment = (text: string | null): Date | null => (text === null ? null : new Date(text))

function readRun(kept: z.infer<typeof stageJournal.skipped.facts>['before']): Run {
  const state = kept.state === 'on' || kept.state === 'done' || kept.state === 'skipped' ? kept.state : 'waiting'
  return { ...kept, state, startedAt: moment(kept.startedAt), endedAt: moment(kept.endedAt) }
}

function subject(
  communityId: string,
  eventId: string,
  id: string | null,
): { communityId: string; eventId: string; kind: string; id: string | null } {
  return { communityId, eventId, kind: 'session', id }
}
