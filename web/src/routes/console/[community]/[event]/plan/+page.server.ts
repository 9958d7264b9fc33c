import { localDay } from '@kaichang/core/community/rules.ts'
import { KaichangError } from '@kaichang/core/kernel/errors.ts'
import { pickText } from '@kaichang/core/kernel/text.ts'
import {
  addNote,
  addTask,
  dropTask,
  editTask,
  openPlan,
  planFromTemplate,
  removeNote,
  tickTask,
  untickTask,
} from '@kaichang/core/plan/actions.ts'
import { dayHint, isAwkward } from '@kaichang/core/plan/calendar.rules.ts'
import { noteKinds, taskRooms, type TaskInput } from '@kaichang/core/plan/model.ts'
import { offsetOfDay, roadOf } from '@kaichang/core/plan/road.rules.ts'
import { openTeam } from '@kaichang/core/team/actions.ts'
import { goOn, submit, type Sent } from '#lib/server/form.ts'
import { placeOf, type Place } from '#lib/server/place.ts'
import { readOpened, readText } from '#lib/server/read.ts'
import { loadReadiness } from './readiness.server.ts'
import { byDay, roadLines } from './road.server.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'

export const load: PageServerLoad = async (request) => {
  const place = await placeOf(request)
  const { ctx, locale, event, communityId, eventId, may } = place
  const plan = await openPlan(ctx, communityId, eventId)
  const team = may('team.view') ? await openTeam(ctx, communityId, eventId) : []
  const now = ctx.clock.now()
  const today = localDay(now, event.timeZone)
  const eventDay = localDay(event.startsAt, event.timeZone)
  const open = request.url.searchParams.get('show') === 'open'
  const editing = plan.tasks.find((task) => task.id === request.url.searchParams.get('edit'))
  const dropped = request.url.searchParams.get('done') === 'dropped' ? (request.url.searchParams.get('title') ?? '') : ''
  return {
    days: byDay(roadLines(roadOf(plan, event, now), locale, { today, todayOffset: offsetOfDay(event, today), eventDay }, open)),
    eventDay,
    tasks: { all: plan.tasks.length, done: plan.tasks.filter((task) => task.state === 'done').length },
    open,
    today,
    dropped: dropped.slice(0, 120),
    editing: editing ? { ...editing, due: dueOf(editing.dayOffset, eventDay), doneAt: null } : null,
    owners: ownersOf(team, editing ?? null),
    rooms: taskRooms,
    readiness: await loadReadiness(place, team.length > 0 ? new Set(team.map((one) => one.personId)).size : 0),
    name: pickText(event.name, locale),
    // A new day is worth a second look while it can still be changed.
    awkward: eventDay > today && isAwkward(dayHint(eventDay)),
    draft: event.state === 'draft' && may('event.manage'),
  }
}

/** People who can own a task: the team, and whoever owns the edited one already. */
function ownersOf(
  team: readonly { personId: string; name: string }[],
  task: { ownerId: string | null; ownerName: string } | null,
): { value: string; label: string }[] {
  const people = new Map(team.map((one) => [one.personId, one.name]))
  if (task?.ownerId) people.set(task.ownerId, task.ownerName)
  return [...people].map(([value, label]) => ({ value, label }))
}

function dueOf(offset: number, eventDay: string): string {
  return new Date(Date.parse(eventDay) + offset * 86_400_000).toISOString().slice(0, 10)
}

function readTask(sent: Sent, { event }: Place): TaskInput {
  const due = sent.text('due')
  if (!/^\d{4}-\d{2}-\d{2}$/.test(due) || Number.isNaN(Date.parse(due)))
    throw new KaichangError('input.invalid', {}, [{ path: 'due', code: 'field.date' }])
  const room = taskRooms.find((known) => known === sent.text('room')) ?? 'plan'
  return {
    title: readText(sent, 'title'),
    detail: readText(sent, 'detail'),
    room,
    dayOffset: offsetOfDay(event, due),
    ownerId: sent.text('ownerId'),
  }
}

/** Runs an action of this page and goes back to it. */
function act(run: (sent: Sent, place: Place) => Promise<{ done: string; at?: string; more?: string } | undefined>) {
  return (request: RequestEvent) =>
    submit(request, async (sent) => {
      const place = await placeOf(request)
      const result = await run(sent, place)
      const query = new URLSearchParams(request.url.searchParams.get('show') === 'open' ? { show: 'open' } : {})
      if (result?.at) query.set('at', result.at)
      if (result?.more) query.set('title', result.more)
      const back = `${place.base}/plan${query.size > 0 ? `?${query}` : ''}`
      goOn(result?.at ? `${back}#task-${result.at}` : back, result?.done)
    })
}

export const actions: Actions = {
  draft: act(async (_, { ctx, communityId, eventId }) => {
    const count = await planFromTemplate(ctx, communityId, eventId)
    return { done: 'drafted', more: String(count) }
  }),
  add: act(async (sent, place) => {
    const { ctx, communityId, eventId } = place
    return { done: 'added', at: await addTask(ctx, communityId, eventId, { ...readTask(sent, place), key: sent.key }) }
  }),
  edit: act(async (sent, place) => {
    const { ctx, communityId, eventId } = place
    const id = sent.text('id')
    await editTask(ctx, communityId, eventId, id, { ...readTask(sent, place), ...readOpened(sent) })
    return { done: 'saved', at: id }
  }),
  tick: act(async (sent, { ctx, communityId, eventId }) => {
    await tickTask(ctx, communityId, eventId, sent.text('id'))
    return { done: 'ticked', at: sent.text('id') }
  }),
  untick: act(async (sent, { ctx, communityId, eventId }) => {
    await untickTask(ctx, communityId, eventId, sent.text('id'))
    return { done: 'taken_up', at: sent.text('id') }
  }),
  drop: act(async (sent, { ctx, communityId, eventId }) => {
    await dropTask(ctx, communityId, eventId, sent.text('id'))
    return { done: 'dropped', at: sent.text('id'), more: sent.text('title.zh') || sent.text('title.en') }
  }),
  note: act(async (sent, { ctx, communityId, eventId }) => {
    const kind = noteKinds.find((known) => known === sent.text('kind')) ?? 'decision'
    await addNote(ctx, communityId, eventId, {
      kind,
      day: sent.text('day'),
      title: readText(sent, 'title'),
      detail: readText(sent, 'detail'),
      present: sent.text('present'),
      key: sent.key,
    })
    return { done: 'added' }
  }),
  strike: act(async (sent, { ctx, communityId, eventId }) => {
    await removeNote(ctx, communityId, eventId, sent.text('id'))
    return { done: 'removed' }
  }),
}
