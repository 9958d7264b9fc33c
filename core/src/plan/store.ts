import type { Insertable, Updateable } from 'kysely'
import type { Db } from '#core/store/database.ts'
import type {
  BudgetLine as BudgetTable,
  DateOption as DateTable,
  Note as NoteTable,
  Proposal as ProposalTable,
  Task as TaskTable,
} from '#core/store/schema.ts'
import { taskRooms, type BudgetLine, type DateOption, type Note, type Proposal, type Task, type TaskRoom } from './model.ts'

const proposalColumns = [
  'id',
  'title',
  'what',
  'why',
  'forWhom',
  'howMany',
  'plannedFor',
  'whereText',
  'state',
  'reason',
  'registered',
  'came',
  'lesson',
  'revision',
  'createdAt',
] as const
const budgetColumns = ['id', 'kind', 'title', 'plannedFen', 'actualFen', 'position', 'revision'] as const

/** An event's proposals, by the days they were planned for. */
export function listProposals(db: Db, communityId: string, eventId: string): Promise<Proposal[]> {
  return db
    .selectFrom('proposal')
    .select(proposalColumns)
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .orderBy('plannedFor', (o) => o.asc().nullsLast())
    .orderBy('createdAt')
    .orderBy('id')
    .execute()
}

/** A proposal with its row locked until the transaction ends. */
export function lockProposal(db: Db, communityId: string, eventId: string, id: string): Promise<Proposal | undefined> {
  return db
    .selectFrom('proposal')
    .select(proposalColumns)
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

export async function insertProposal(db: Db, row: Insertable<ProposalTable>): Promise<void> {
  await db.insertInto('proposal').values(row).execute()
}

export async function updateProposal(db: Db, communityId: string, id: string, values: Updateable<ProposalTable>): Promise<void> {
  await db
    .updateTable('proposal')
    .set((eb) => ({ ...values, revision: eb('revision', '+', 1) }))
    .where('communityId', '=', communityId)
    .where('id', '=', id)
    .execute()
}

export function listDates(db: Db, communityId: string, eventId: string): Promise<DateOption[]> {
  return db
    .selectFrom('dateOption')
    .select(['id', 'day', 'state', 'reason'])
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .orderBy('day')
    .execute()
}

export async function insertDate(db: Db, row: Insertable<DateTable>): Promise<boolean> {
  const result = await db
    .insertInto('dateOption')
    .values(row)
    .onConflict((oc) => oc.doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0
}

export async function updateDate(db: Db, communityId: string, id: string, values: Updateable<DateTable>): Promise<void> {
  await db.updateTable('dateOption').set(values).where('communityId', '=', communityId).where('id', '=', id).execute()
}

function tasks(db: Db, communityId: string, eventId: string) {
  return db
    .selectFrom('task')
    .leftJoin('person', (join) => join.onRef('person.communityId', '=', 'task.communityId').onRef('person.id', '=', 'task.ownerId'))
    .select((eb) => [
      'task.id',
      'task.title',
      'task.detail',
      'task.room',
      'task.dayOffset',
      'task.ownerId',
      'task.state',
      'task.doneAt',
      'task.position',
      'task.revision',
      eb.fn.coalesce('person.name', eb.val('')).as('ownerName'),
    ])
    .where('task.communityId', '=', communityId)
    .where('task.eventId', '=', eventId)
}

/** An event's tasks in order of their days, without the dropped ones. */
export async function listTasks(db: Db, communityId: string, eventId: string): Promise<Task[]> {
  const rows = await tasks(db, communityId, eventId)
    .where('task.state', '!=', 'dropped')
    .orderBy('task.dayOffset')
    .orderBy('task.position')
    .orderBy('task.id')
    .execute()
  return rows.map((row) => ({ ...row, room: asRoom(row.room) }))
}

/** A task with its row locked until the transaction ends. */
export async function lockTask(db: Db, communityId: string, eventId: string, id: string): Promise<Task | undefined> {
  const row = await tasks(db, communityId, eventId).where('task.id', '=', id).forUpdate('task').executeTakeFirst()
  return row && { ...row, room: asRoom(row.room) }
}

export async function insertTasks(db: Db, rows: readonly Insertable<TaskTable>[]): Promise<void> {
  if (rows.length > 0) await db.insertInto('task').values(rows).execute()
}

export async function updateTask(db: Db, communityId: string, id: string, values: Updateable<TaskTable>): Promise<void> {
  await db
    .updateTable('task')
    .set((eb) => ({ ...values, revision: eb('revision', '+', 1) }))
    .where('communityId', '=', communityId)
    .where('id', '=', id)
    .execute()
}

function asRoom(room: string): TaskRoom {
  return taskRooms.find((known) => known === room) ?? 'plan'
}

export function listNotes(db: Db, communityId: string, eventId: string): Promise<Note[]> {
  return db
    .selectFrom('note')
    .select(['id', 'kind', 'day', 'title', 'detail', 'present'])
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .orderBy('day')
    .orderBy('createdAt')
    .execute()
}

export async function insertNote(db: Db, row: Insertable<NoteTable>): Promise<void> {
  await db.insertInto('note').values(row).execute()
}

export function deleteNote(db: Db, communityId: string, eventId: string, id: string): Promise<{ title: Note['title'] } | undefined> {
  return db
    .deleteFrom('note')
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('id', '=', id)
    .returning(['title'])
    .executeTakeFirst()
}

export function listBudgetLines(db: Db, communityId: string, eventId: string): Promise<BudgetLine[]> {
  return db
    .selectFrom('budgetLine')
    .select(budgetColumns)
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .orderBy('kind', 'desc')
    .orderBy('position')
    .orderBy('id')
    .execute()
}

/** A budget line with its row locked until the transaction ends. */
export function lockBudgetLine(db: Db, communityId: string, eventId: string, id: string): Promise<BudgetLine | undefined> {
  return db
    .selectFrom('budgetLine')
    .select(budgetColumns)
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

export async function insertBudgetLines(db: Db, rows: readonly Insertable<BudgetTable>[]): Promise<void> {
  if (rows.length > 0) await db.insertInto('budgetLine').values(rows).execute()
}

export async function updateBudgetLine(db: Db, communityId: string, id: string, values: Updateable<BudgetTable>): Promise<void> {
  await db
    .updateTable('budgetLine')
    .set((eb) => ({ ...values, revision: eb('revision', '+', 1) }))
    .where('communityId', '=', communityId)
    .where('id', '=', id)
    .execute()
}

export function deleteBudgetLine(
  db: Db,
  communityId: string,
  eventId: string,
  id: string,
): Promise<{ title: BudgetLine['title'] } | undefined> {
  return db
    .deleteFrom('budgetLine')
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('id', '=', id)
    .returning(['title'])
    .executeTakeFirst()
}

export async function personExists(db: Db, communityId: string, id: string): Promise<boolean> {
  const row = await db.selectFrom('person').select('id').where('communityId', '=', communityId).where('id', '=', id).executeTakeFirst()
  return row !== undefined
}
