import type { Db } from '#core/store/database.ts'
import { listEntries } from '#core/store/journal.ts'
import type { Figure, Run } from './model.ts'

const runColumns = ['sessionId', 'state', 'startedAt', 'endedAt', 'extraSeconds', 'overrunSeconds'] as const

/** What happened so far, by session. */
export async function loadRuns(db: Db, communityId: string, eventId: string): Promise<Map<string, Run>> {
  const rows = await db.selectFrom('run').select(runColumns).where('communityId', '=', communityId).where('eventId', '=', eventId).execute()
  return new Map(rows.map((row) => [row.sessionId, row]))
}

export async function saveRun(db: Db, communityId: string, eventId: string, run: Run): Promise<void> {
  const { sessionId, ...values } = run
  await db
    .insertInto('run')
    .values({ communityId, eventId, sessionId, ...values })
    .onConflict((oc) => oc.columns(['communityId', 'sessionId']).doUpdateSet(values))
    .execute()
}

export async function insertFigure(db: Db, row: Figure & { communityId: string; eventId: string }): Promise<void> {
  await db.insertInto('figure').values(row).execute()
}

/** Figures in order of time. */
export function listFigures(db: Db, communityId: string, eventId: string): Promise<Figure[]> {
  return db
    .selectFrom('figure')
    .select(['id', 'metric', 'platform', 'value', 'at', 'note'])
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .orderBy('at')
    .orderBy('id')
    .execute()
}

/** One entry of the journal that a press wrote. */
export interface Pressed {
  seq: number
  subjectId: string | null
  press: string
  facts: Record<string, unknown>
}

/** The presses of the stage in the order in which they were written, and which of them were taken back. */
export async function listPresses(db: Db, communityId: string, eventId: string): Promise<{ entries: Pressed[]; undone: Set<string> }> {
  const all = await listEntries(db, { communityId, eventId, rooms: ['stage'] })
  const named = all.flatMap(({ seq, kind, subjectId, facts }) =>
    typeof facts['press'] === 'string' ? [{ seq, kind, subjectId, press: facts['press'], facts }] : [],
  )
  return {
    entries: named.filter((entry) => entry.kind !== 'stage.undone').sort((a, b) => a.seq - b.seq),
    undone: new Set(named.filter((entry) => entry.kind === 'stage.undone').map((entry) => entry.press)),
  }
}
