import type { Text } from '#core/kernel/text.ts'
import type { TaskRoom } from './model.ts'

/** How many people an event is for decides how much has to be done. */
export const sizes = ['small', 'medium', 'large'] as const
export type Size = (typeof sizes)[number]

export interface TemplateTask {
  room: TaskRoom
  /** Days from the event's day; null: not needed at this size. */
  days: Readonly<Record<Size, number | null>>
  title: Text
  detail: Text
}

/** One line of a template. `days` for up to 50, up to 300 and more people. */
export function task(
  room: TaskRoom,
  [small, medium, large]: readonly [number | null, number | null, number | null],
  zh: string,
  en: string,
  zhDetail: string,
  enDetail: string,
): TemplateTask {
  return { room, days: { small, medium, large }, title: { zh, en }, detail: zhDetail ? { zh: zhDetail, en: enDetail } : {} }
}
