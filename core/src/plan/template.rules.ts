import type { Text } from '#core/kernel/text.ts'
import type { TaskRoom } from './model.ts'
import { around } from './template.day.ts'
import { before } from './template.before.ts'
import type { Size } from './template.model.ts'

export interface PlannedTask {
  room: TaskRoom
  title: Text
  detail: Text
  dayOffset: number
}

/** Up to 50, up to 300, more: beyond these a meetup's methods no longer carry (open-conference-guide's size classes). */
export function sizeOf(people: number): Size {
  if (people <= 50) return 'small'
  return people <= 300 ? 'medium' : 'large'
}

/**
 * The tasks for an event of this size that is `daysLeft` days away. When there is less time than the template
 * counts on, everything before the day moves closer together in the same order, so that nothing begins overdue.
 */
export function tasksFor(size: Size, daysLeft: number): PlannedTask[] {
  const planned = [...before, ...around].flatMap(({ room, title, detail, days }) => {
    const dayOffset = days[size]
    return dayOffset === null ? [] : [{ room, title, detail, dayOffset }]
  })
  const earliest = Math.min(0, ...planned.map((t) => t.dayOffset))
  const room = Math.max(0, daysLeft)
  const scale = room / -earliest
  return planned
    .map((t) => (scale < 1 && t.dayOffset < 0 ? { ...t, dayOffset: 0 - Math.min(room, Math.ceil(-t.dayOffset * scale)) } : t))
    .sort((a, b) => a.dayOffset - b.dayOffset)
}
