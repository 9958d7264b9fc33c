import type { Programme } from '#core/programme/model.ts'
import { inOrder, laneOf } from '#core/programme/rules.ts'
import { waiting, type Item, type Run } from './model.ts'

/** The items of one stage (hall; null when the event has none) in their order; drafts and cancelled ones are not on it. */
export function itemsOf(programme: Programme, runs: ReadonlyMap<string, Run>, hallId: string | null): Item[] {
  return inOrder(programme.sessions)
    .filter((s) => s.state === 'confirmed' && laneOf(s, programme.halls) === hallId)
    .map((s) => ({
      id: s.id,
      no: s.no,
      slug: s.slug,
      kind: s.kind,
      title: s.title,
      speakers: s.speakers.map(({ name, affiliation }) => ({ name, affiliation })),
      plannedStart: s.startsAt,
      minutes: s.minutes,
      run: runs.get(s.id) ?? waiting(s.id),
    }))
}

/** The stages of an event: its halls, or one without a name. */
export function stagesOf(programme: Programme): (string | null)[] {
  return programme.halls.length > 0 ? programme.halls.map((hall) => hall.id) : [null]
}
