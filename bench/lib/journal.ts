import { openApp, type App } from '@kaichang/core/app.ts'
import { openEvent } from '@kaichang/core/community/actions.ts'
import type { Event } from '@kaichang/core/community/model.ts'
import { system } from '@kaichang/core/kernel/actor.ts'
import { readSettings } from '@kaichang/core/kernel/settings.ts'
import { tickTask, untickTask } from '@kaichang/core/plan/task.actions.ts'
import { listTasks } from '@kaichang/core/plan/store.ts'
import { findRunningPostgres } from '@kaichang/core/store/postgres/start.ts'
import type { Context } from '@kaichang/core/store/context.ts'

/** Works on the data of a running server from outside of it, as the command line does. */
export async function beside<T>(folder: string, work: (ctx: Context, app: App) => Promise<T>): Promise<T> {
  const databaseUrl = await findRunningPostgres(folder)
  if (databaseUrl === undefined) throw new Error('The database is not running.')
  const app = await openApp({ settings: readSettings({ KAICHANG_DATA: folder }), databaseUrl, jobs: false, log: () => undefined })
  try {
    return await work(app.context(system('bench')), app)
  } finally {
    await app.close()
  }
}

/** Ticks tasks and takes the ticks back until the event's journal has that many entries; returns how many it has. */
export async function fillJournal(
  ctx: Context,
  community: string,
  slug: string,
  entries: number,
): Promise<{ event: Event; count: number }> {
  const { event } = await openEvent(ctx, community, slug)
  const { communityId, id } = event
  const counted = await ctx.db
    .selectFrom('journal')
    .select((eb) => eb.fn.countAll<string>().as('n'))
    .where('communityId', '=', communityId)
    .where('eventId', '=', id)
    .executeTakeFirstOrThrow()
  let count = Number(counted.n)
  const tasks = (await listTasks(ctx.db, communityId, id)).filter((task) => task.state === 'open' || task.state === 'done')
  for (let i = 0; count < entries && tasks.length > 0; i += 1) {
    const task = tasks[i % tasks.length]
    if (task === undefined) break
    const done = (task.state === 'done') === (Math.floor(i / tasks.length) % 2 === 0)
    await (done ? untickTask : tickTask)(ctx, communityId, id, task.id)
    count += 1
  }
  return { event, count }
}
