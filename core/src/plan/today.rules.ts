import type { Text } from '#core/kernel/text.ts'
import type { Event } from '#core/community/model.ts'
import type { Permission } from '#core/community/permissions.ts'
import { dayAt, localDay, phaseOf } from '#core/community/rules.ts'
import type { Task, TaskRoom } from './model.ts'

/** What the home page knows of an event; filled by whoever may look into all rooms. Absent parts are not looked at. */
export interface TodayState {
  event: Pick<Event, 'state' | 'startsAt' | 'endsAt' | 'timeZone' | 'cap'>
  now: Date
  /** What this person may do here. */
  may: (permission: Permission) => boolean
  tasks: readonly Pick<Task, 'id' | 'title' | 'dayOffset' | 'room' | 'state' | 'ownerId'>[]
  /** This person's own id in the community, when known: their tasks come first. */
  personId?: string | null
  /** Names of partners that wait for an answer of ours. */
  partnersWaiting?: readonly string[]
  volunteers?: number
  registration?: { open: boolean; taken: number; channels: number }
  programme?: { sessions: number; released: boolean; changedSinceRelease: boolean }
  recordings?: { received: number; unmatched: number }
  recap?: 'none' | 'draft' | 'published'
}

export const todayKinds = [
  'no_plan',
  'tasks_late',
  'task_today',
  'not_published',
  'registration_closed',
  'registration_full',
  'schedule_missing',
  'schedule_unreleased',
  'schedule_changed',
  'partners_waiting',
  'no_volunteers',
  'doors_open',
  'stage_on',
  'recordings_unmatched',
  'recap_missing',
  'recap_draft',
  'task_next',
  'hand_over',
] as const
export type TodayKind = (typeof todayKinds)[number]

/** One thing that needs this person: what, where to go, and the facts for its sentence. */
export interface TodayItem {
  kind: TodayKind
  /** The console's room that it leads to; `settings` is the event's own page. */
  room: TaskRoom | 'settings'
  /** Facts for the sentence. */
  title?: Text
  count?: number
  names?: readonly string[]
  /** The thing's anchor on the plan's page. */
  id?: string
  /** Higher comes first. */
  rank: number
}

/** At most three things that need this person now, the most pressing first. */
export function todayOf(state: TodayState): TodayItem[] {
  if (state.event.state === 'cancelled') return []
  const phase = phaseOf(state.event, state.now)
  const items = phase === 'on' ? onTheDay(state) : phase === 'after' ? afterwards(state) : beforehand(state)
  return [...items, ...taskItems(state)].sort((a, b) => b.rank - a.rank).slice(0, 3)
}

function daysLeft(state: TodayState): number {
  const day = (at: Date): number => Date.parse(localDay(at, state.event.timeZone)) / 86_400_000
  return day(state.event.startsAt) - day(state.now)
}

function taskItems({ event, now, may, tasks, personId }: TodayState): TodayItem[] {
  if (!may('task.tick')) return []
  const today = localDay(now, event.timeZone)
  const open = tasks.filter((task) => task.state === 'open').map((task) => ({ ...task, due: dayAt(event, task.dayOffset) }))
  const mine = (task: { ownerId: string | null }): number => (personId && task.ownerId === personId ? 1 : 0)
  const late = open.filter((task) => task.due < today)
  const [first] = [...late].sort((a, b) => mine(b) - mine(a) || a.due.localeCompare(b.due))
  const [dueToday] = open.filter((task) => task.due === today).sort((a, b) => mine(b) - mine(a))
  const [next] = open.filter((task) => task.due > today).sort((a, b) => a.due.localeCompare(b.due) || mine(b) - mine(a))
  const items: TodayItem[] = []
  if (tasks.length === 0 && may('plan.edit')) items.push({ kind: 'no_plan', room: 'plan', rank: 95 })
  if (first) items.push({ kind: 'tasks_late', room: 'plan', title: first.title, count: late.length, id: `task-${first.id}`, rank: 90 })
  if (dueToday) items.push({ kind: 'task_today', room: dueToday.room, title: dueToday.title, id: `task-${dueToday.id}`, rank: 80 })
  if (next) items.push({ kind: 'task_next', room: next.room, title: next.title, id: `task-${next.id}`, rank: 10 })
  return items
}

function beforehand(state: TodayState): TodayItem[] {
  const { event, may, registration, programme, partnersWaiting = [], volunteers } = state
  const left = daysLeft(state)
  const items: TodayItem[] = []
  if (event.state === 'draft' && left <= 45 && may('event.manage')) items.push({ kind: 'not_published', room: 'settings', rank: 85 })
  if (registration && may('registration.edit')) {
    const full = event.cap !== null && registration.taken >= event.cap
    if (full) items.push({ kind: 'registration_full', room: 'registration', count: registration.taken, rank: 60 })
    else if (!registration.open && left <= 45) items.push({ kind: 'registration_closed', room: 'registration', rank: 70 + nearness(left) })
  }
  if (programme && may('programme.edit')) {
    if (programme.sessions === 0 && left <= 40) items.push({ kind: 'schedule_missing', room: 'programme', rank: 55 + nearness(left) })
    else if (programme.sessions > 0 && !programme.released && left <= 40)
      items.push({ kind: 'schedule_unreleased', room: 'programme', rank: 65 + nearness(left) })
    else if (programme.changedSinceRelease) items.push({ kind: 'schedule_changed', room: 'programme', rank: 50 + nearness(left) })
  }
  if (partnersWaiting.length > 0 && may('partners.edit')) {
    items.push({
      kind: 'partners_waiting',
      room: 'partners',
      count: partnersWaiting.length,
      names: partnersWaiting,
      rank: 58 + nearness(left),
    })
  }
  if (volunteers === 0 && left <= 30 && may('team.edit')) items.push({ kind: 'no_volunteers', room: 'team', rank: 45 + nearness(left) })
  return items
}

function onTheDay({ may }: TodayState): TodayItem[] {
  const items: TodayItem[] = []
  if (may('door.scan')) items.push({ kind: 'doors_open', room: 'door', rank: 100 })
  if (may('stage.run')) items.push({ kind: 'stage_on', room: 'stage', rank: 99 })
  return items
}

function afterwards({ may, recap, recordings }: TodayState): TodayItem[] {
  const items: TodayItem[] = []
  if (recordings && recordings.unmatched > 0 && may('archive.edit'))
    items.push({ kind: 'recordings_unmatched', room: 'archive', count: recordings.unmatched, rank: 72 })
  if (recap === 'none' && may('story.edit')) items.push({ kind: 'recap_missing', room: 'story', rank: 92 })
  if (recap === 'draft' && may('story.edit')) items.push({ kind: 'recap_draft', room: 'story', rank: 91 })
  if (recap === 'published' && may('handover.copy')) items.push({ kind: 'hand_over', room: 'handover', rank: 20 })
  return items
}

/** Up to ten, growing as the day comes near. */
function nearness(daysLeftNow: number): number {
  return Math.max(0, 10 - Math.floor(daysLeftNow / 3))
}
