const room = 'core/src/registration/import'
const run = `${room}/run.test.ts`

/** What guards lists that come from elsewhere. */
export const listGuards = [
  {
    name: 'of a list: its columns are confirmed before it runs',
    file: `${room}/run.actions.ts`,
    line: 'if (batch.plannedAt === null) throw',
    by: 'if (batch.total < 0) throw',
    in: `${room}/import.test.ts`,
    test: 'columns have to make sense',
  },
  {
    name: 'of a list: rows that were read before the lock are asked for under it',
    file: `${room}/run.actions.ts`,
    line: 'ahead.rows.length > 0 && ahead.fits(await findOpen(db, communityId, id, after, BATCH))',
    by: 'ahead.rows.length > 0',
    in: run,
    test: 'two runs of one list',
  },
  {
    name: 'of a list: a decision that was taken meanwhile',
    file: `${room}/ahead.ts`,
    line: 'open[i][1] === choice && ',
    by: '',
    in: run,
    test: 'what was understood beforehand',
  },
  {
    name: 'of a list: contents that were erased meanwhile',
    file: `${room}/ahead.ts`,
    line: ' && isSame(before.row, row)',
    by: '',
    in: run,
    test: 'what was understood beforehand',
  },
  {
    name: 'of a list: rows that were opened again behind a run',
    file: `${room}/run.actions.ts`,
    line: 'rows.length === 0 && after > 0 ? open(0) : rows',
    by: 'rows',
    in: run,
    test: 'decided anew',
  },
  {
    name: 'of a list: one booking for one person, whatever rows have their contacts',
    file: `${room}/book.ts`,
    line: '!used.has(one.id) && ',
    by: '',
    in: run,
    test: 'whom the community knows',
  },
  {
    name: 'of a list: cancelled rows are held against who is here',
    file: `${room}/merge.rules.ts`,
    line: "return row.refused === 'status_off'",
    by: 'return false',
    in: run,
    test: 'cancelled elsewhere',
  },
]
