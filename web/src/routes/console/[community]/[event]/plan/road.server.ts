import { pickText, type Locale } from '@kaichang/core/kernel/text.ts'
import type { TaskRoom } from '@kaichang/core/plan/model.ts'
import type { RoadItem } from '@kaichang/core/plan/road.rules.ts'

/** One line of the road as the page shows it. */
export interface RoadLine {
  key: string
  id: string
  kind: RoadItem['kind'] | 'today' | 'day'
  day: string
  offset: number
  title: string
  /** Below the title: details, a reason, an outcome. */
  text: string
  state: 'next' | 'done' | 'late' | 'now' | 'quiet'
  /** Of a task. */
  task?: { room: TaskRoom; owner: string; done: boolean }
  note?: { kind: 'meeting' | 'decision' | 'milestone'; present: number | null }
  proposal?: { state: 'open' | 'shelved' | 'revived' | 'accepted' | 'done'; registered: number | null; came: number | null; lesson: string }
  date?: 'considered' | 'rejected' | 'chosen'
}

/** What stands on one day of the road. */
export interface RoadDay {
  key: string
  day: string
  offset: number
  state: RoadLine['state']
  lines: RoadLine[]
}

/** Lines of one day together, the event's own mark first; today stands alone. */
export function byDay(lines: readonly RoadLine[]): RoadDay[] {
  const days: RoadDay[] = []
  for (const line of lines) {
    const last = days.at(-1)
    const joins = last?.day === line.day && last.key !== 'today' && line.kind !== 'today'
    if (last && joins) last.lines.push(line)
    else
      days.push({
        key: line.kind === 'today' ? 'today' : `${line.day} ${line.key}`,
        day: line.day,
        offset: line.offset,
        state: line.state,
        lines: [line],
      })
  }
  return days.map((one) => ({ ...one, state: stateOf(one.lines) }))
}

function stateOf(lines: readonly RoadLine[]): RoadLine['state'] {
  for (const state of ['now', 'late', 'next', 'done'] as const) if (lines.some((line) => line.state === state)) return state
  return 'quiet'
}

/** The road with today and the day itself on it; `open` leaves out what is done. */
export function roadLines(
  road: readonly RoadItem[],
  locale: Locale,
  marks: { today: string; todayOffset: number; eventDay: string },
  open: boolean,
): RoadLine[] {
  const lines = road
    .filter((item) => !open || (item.kind === 'task' && item.thing.state === 'open'))
    .map((item) => lineOf(item, locale, marks.today))
  const empty = { title: '', text: '', state: 'now' as const }
  insert(lines, {
    ...empty,
    key: 'day',
    id: 'day',
    kind: 'day',
    day: marks.eventDay,
    offset: 0,
    state: marks.todayOffset > 0 ? 'done' : 'next',
  })
  // After everything that is over and before what is still to come, also when the event is long past.
  insert(lines, { ...empty, key: 'today', id: 'today', kind: 'today', day: marks.today, offset: marks.todayOffset })
  return lines
}

function insert(lines: RoadLine[], line: RoadLine): void {
  const at = lines.findIndex((other) => other.day > line.day || (other.day === line.day && line.kind === 'day'))
  lines.splice(at < 0 ? lines.length : at, 0, line)
}

function lineOf(item: RoadItem, locale: Locale, today: string): RoadLine {
  const { day, offset, kind, thing } = item
  const base = { key: `${kind}-${thing.id}`, id: thing.id, kind, day, offset }
  switch (item.kind) {
    case 'task': {
      const { title, detail, room, ownerName, state } = item.thing
      const done = state === 'done'
      return {
        ...base,
        title: pickText(title, locale),
        text: pickText(detail, locale),
        state: done ? 'done' : item.late ? 'late' : 'next',
        task: { room, owner: ownerName, done },
      }
    }
    case 'note':
      return {
        ...base,
        title: pickText(item.thing.title, locale),
        text: pickText(item.thing.detail, locale),
        state: day <= today ? 'done' : 'next',
        note: { kind: item.thing.kind, present: item.thing.present },
      }
    case 'proposal': {
      const { title, what, why, state, reason, registered, came, lesson } = item.thing
      const text = state === 'shelved' ? pickText(reason, locale) : pickText(what, locale) || pickText(why, locale)
      return {
        ...base,
        title: pickText(title, locale),
        text,
        state: state === 'shelved' ? 'quiet' : state === 'open' ? 'next' : 'done',
        proposal: { state, registered, came, lesson: pickText(lesson, locale) },
      }
    }
    case 'date':
      return {
        ...base,
        title: '',
        text: pickText(item.thing.reason, locale),
        state: item.thing.state === 'chosen' ? 'done' : 'quiet',
        date: item.thing.state,
      }
  }
}
