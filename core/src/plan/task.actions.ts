import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import { parseInput } from '#core/kernel/validation.ts'
import { mergeEdit, type Opened } from '#core/store/changes.ts'
import type { Context } from '#core/store/context.ts'
import { createOnce } from '#core/store/request-keys.ts'
import { transact, type Tx } from '#core/store/transaction.ts'
import { requireEvent } from '#core/community/actions.ts'
import type { Event } from '#core/community/model.ts'
import { authorise } from '#core/community/permissions.ts'
import { daysUntil } from '#core/community/rules.ts'
import { planJournal } from './journal.ts'
import { taskSchema, type Task, type TaskInput, type TaskValues } from './model.ts'
import { insertTasks, listTasks, lockTask, personExists, updateTask } from './store.ts'
import { sizeOf, tasksFor, type PlannedTask } from './template.rules.ts'

/** Fills an event's plan by the template of its size, counted back from its day. Does nothing when there are tasks. Returns how many. */
export async function planFromTemplate(ctx: Context, communityId: string, eventId: string): Promise<number> {
  authorise(ctx.actor, 'plan.edit', { communityId, eventId })
  return transact(ctx, async (tx) => {
    const event = await requireEvent(ctx, tx.db, communityId, eventId)
    if ((await listTasks(tx.db, communityId, eventId)).length > 0) return 0
    return draftPlan(ctx, tx, event)
  })
}

/** Inside a transaction: the template's tasks for a new event. */
export async function draftPlan(ctx: Context, tx: Tx, event: Event): Promise<number> {
  const people = event.expected ?? event.cap ?? event.seats ?? 50
  return addTasks(ctx, tx, event, tasksFor(sizeOf(people), daysUntil(event, ctx.clock)))
}

/** Inside a transaction of this room or one above: many tasks at once, all open and nobody's. */
export async function addTasks(ctx: Context, tx: Tx, event: Event, tasks: readonly PlannedTask[]): Promise<number> {
  const { communityId, id: eventId } = event
  const createdAt = ctx.clock.now()
  await insertTasks(
    tx.db,
    tasks.map((task, position) => ({ ...task, communityId, eventId, id: newId(ctx), position, createdAt })),
  )
  if (tasks.length > 0) tx.journal(planJournal.drafted, { communityId, eventId, kind: 'event', id: eventId }, { count: tasks.length })
  return tasks.length
}

/** Adds one task; returns its id. A form's `key` makes a second sending harmless. */
export async function addTask(
  ctx: Context,
  communityId: string,
  eventId: string,
  input: TaskInput & { key?: string | null },
): Promise<string> {
  authorise(ctx.actor, 'plan.edit', { communityId, eventId })
  const values = parseInput(taskSchema, input)
  return transact(ctx, async (tx) => {
    await requireEvent(ctx, tx.db, communityId, eventId)
    await requireOwner(tx, communityId, values.ownerId)
    return createOnce(ctx, tx, { communityId, scope: `task:${eventId}`, key: input.key, body: values }, async () => {
      const id = newId(ctx)
      await insertTasks(tx.db, [{ ...values, communityId, eventId, id, position: 1000, createdAt: ctx.clock.now() }])
      tx.journal(planJournal.task_added, { communityId, eventId, kind: 'task', id }, { title: values.title })
      return id
    })
  })
}

/**
 * Changes a task. `revision` is the one that the form was opened with: what others changed meanwhile is kept, and
 * only a field that both changed is refused (`thing.changed`, see mergeEdit).
 */
export async function editTask(ctx: Context, communityId: string, eventId: string, id: string, input: TaskInput & Opened): Promise<void> {
  authorise(ctx.actor, 'plan.edit', { communityId, eventId })
  const mine = parseInput(taskSchema, input)
  await transact(ctx, async (tx) => {
    const task = await requireTask(tx, communityId, eventId, id)
    const { values, before } = await mergeEdit(tx.db, { communityId, id, now: valuesOf(task), revision: task.revision }, mine, input)
    if (Object.keys(before).length === 0) return
    await requireOwner(tx, communityId, values.ownerId)
    await updateTask(tx.db, communityId, id, values)
    tx.journal(
      planJournal.task_changed,
      { communityId, eventId, kind: 'task', id },
      { title: values.title, revision: task.revision + 1, before },
    )
  })
}

/** Gives a task to somebody (a person of the community), or to nobody. */
export async function assignTask(ctx: Context, communityId: string, eventId: string, id: string, ownerId: string | null): Promise<void> {
  authorise(ctx.actor, 'plan.edit', { communityId, eventId })
  await transact(ctx, async (tx) => {
    const task = await requireTask(tx, communityId, eventId, id)
    if (task.ownerId === ownerId) return
    await requireOwner(tx, communityId, ownerId)
    await updateTask(tx.db, communityId, id, { ownerId })
    const kind = ownerId === null ? planJournal.task_released : planJournal.task_claimed
    tx.journal(
      kind,
      { communityId, eventId, kind: 'task', id },
      { title: task.title, revision: task.revision + 1, before: { ownerId: task.ownerId } },
    )
  })
}

/** Marks a task as done; ticking twice changes nothing. */
export async function tickTask(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  await setState(ctx, communityId, eventId, id, 'done')
}

/** Takes the tick back, or takes a dropped task up again. */
export async function untickTask(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  await setState(ctx, communityId, eventId, id, 'open')
}

/** Drops a task: it leaves the plan, and can be taken up again. */
export async function dropTask(ctx: Context, communityId: string, eventId: string, id: string): Promise<void> {
  authorise(ctx.actor, 'plan.edit', { communityId, eventId })
  await setState(ctx, communityId, eventId, id, 'dropped')
}

async function setState(ctx: Context, communityId: string, eventId: string, id: string, state: Task['state']): Promise<void> {
  authorise(ctx.actor, 'task.tick', { communityId, eventId })
  const kinds = { open: planJournal.task_reopened, done: planJournal.task_done, dropped: planJournal.task_dropped }
  await transact(ctx, async (tx) => {
    const task = await requireTask(tx, communityId, eventId, id)
    if (task.state === state) return
    await updateTask(tx.db, communityId, id, { state, doneAt: state === 'done' ? ctx.clock.now() : null })
    tx.journal(kinds[state], { communityId, eventId, kind: 'task', id }, { title: task.title })
  })
}

async function requireTask(tx: Tx, communityId: string, eventId: string, id: string): Promise<Task> {
  const task = await lockTask(tx.db, communityId, eventId, id)
  if (!task) throw fail('thing.not_found')
  return task
}

async function requireOwner(tx: Tx, communityId: string, ownerId: string | null): Promise<void> {
  if (ownerId !== null && !(await personExists(tx.db, communityId, ownerId))) throw fail('thing.not_found')
}

function valuesOf({ title, detail, room, dayOffset, ownerId }: Task): TaskValues {
  return { title, detail, room, dayOffset, ownerId }
}
