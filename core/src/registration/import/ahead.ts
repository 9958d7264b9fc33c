import { readingsOf } from '#core/people/person/rules.ts'
import type { Context } from '#core/store/context.ts'
import type { OpenRow } from './lookup.store.ts'
import { readRow, type Reading } from './row.rules.ts'
import { listRows, type Batch, type KeptRow } from './store.ts'

/** Rows of a run that have been understood beforehand. */
export interface Understood {
  rows: readonly KeptRow[]
  /** True when these very rows are open now, as they were. */
  fits(open: readonly OpenRow[]): boolean
  /** The row by its list's columns; understood now when it was not before, or is not the same any more. */
  read(row: KeptRow, batch: Pick<Batch, 'columns'>, timeZone: string): Reading
  /** How names are spelt. */
  spelt: ReadonlyMap<string, { pinyin: string; initials: string }>
}

export interface Ahead {
  /** Begins to read the open rows behind a line. */
  begin(batch: Batch, timeZone: string, which: { after: number; limit: number }): void
  /** What was begun last; fails when it could not be read. */
  take(): Promise<Understood>
  /** Waits until nothing is being read any more. */
  end(): Promise<void>
}

/**
 * Reads rows of a run while the database still writes those before them, on a connection of its own. Nothing is decided
 * by it: which rows are open, and what stands in them, is asked again under the lock.
 */
export function makeAhead(ctx: Context): Ahead {
  let reading: Promise<Understood> = Promise.resolve(understand([], [], new Map()))
  return {
    begin(batch, timeZone, which) {
      reading = readAhead(ctx, batch, timeZone, which)
      // Whether it failed is seen when it is taken.
      reading.catch(() => undefined)
    },
    take: () => reading,
    end: async () => void (await Promise.allSettled([reading])),
  }
}

async function readAhead(
  ctx: Context,
  batch: Batch,
  timeZone: string,
  { after, limit }: { after: number; limit: number },
): Promise<Understood> {
  const rows = await listRows(ctx.db, batch.communityId, batch.id, { open: true, after, limit })
  const readings = rows.map((row) => readRow(row, batch.columns, timeZone))
  const fresh = readings.filter((_, i) => rows[i]?.plan === 'new')
  return understand(rows, readings, new Map(fresh.map(({ name }) => [name, readingsOf(name)])))
}

function understand(rows: readonly KeptRow[], readings: readonly Reading[], spelt: Understood['spelt']): Understood {
  const byLine = new Map(rows.map((row, i) => [row.line, { row, reading: readings[i] }]))
  return {
    rows,
    spelt,
    fits: (open) =>
      open.length === rows.length &&
      rows.every(({ line, choice, cells }, i) => open[i]?.[0] === line && open[i][1] === choice && open[i][2] === cells.length),
    read(row, batch, timeZone) {
      const before = byLine.get(row.line)
      return before?.reading && isSame(before.row, row) ? before.reading : readRow(row, batch.columns, timeZone)
    },
  }
}

/** True when nothing that is read of a row has changed; its contents may have been erased meanwhile. */
function isSame(one: KeptRow, other: KeptRow): boolean {
  return one.hash === other.hash && one.cells.length === other.cells.length && one.cells.every((cell, at) => cell === other.cells[at])
}
