import type { Event } from '#core/community/model.ts'
import { newId } from '#core/kernel/ids.ts'
import type { Text } from '#core/kernel/text.ts'
import type { Question } from '#core/registration/questions/model.ts'
import { insertQuestion } from '#core/registration/questions/store.ts'
import type { Quota, TicketType } from '#core/registration/types/model.ts'
import { insertQuotas, insertTypes, setQuotaTypes } from '#core/registration/types/store.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'

/** What can be registered for and what is asked, as it stands at the source. */
export interface RegistrationPack {
  types: readonly TicketType[]
  quotas: readonly Quota[]
  questions: readonly Question[]
}

export interface To {
  event: Event
  /** Takes names and numbers of people out of a text. */
  scrub: (text: Text) => Text
  /** A moment of the source, moved to the new day. */
  moved: (at: Date) => Date
}

/** The types that another city begins with: those that are given out. */
export function typesToCopy({ types }: RegistrationPack): TicketType[] {
  const live = types.filter((type) => type.retiredAt === null)
  return live.filter((type) => type.parentId === null || live.some((one) => one.id === type.parentId))
}

/**
 * The questions that another city begins with. One for types that do not come along stays behind, and so does one that
 * hangs on it: asked of everybody it would be another question.
 */
export function questionsToCopy(pack: RegistrationPack, typeIds: ReadonlySet<string>): Question[] {
  let left = pack.questions
    .filter((one) => one.archivedAt === null)
    .map((one) => ({ ...one, narrowed: one.typeIds.length > 0, typeIds: one.typeIds.filter((id) => typeIds.has(id)) }))
    .filter((one) => !one.narrowed || one.typeIds.length > 0)
  let before = -1
  while (left.length !== before) {
    before = left.length
    const ids = new Set(left.map(({ id }) => id))
    left = left.filter(({ shownIf }) => shownIf === null || ids.has(shownIf.questionId))
  }
  return left.map(({ narrowed: _, ...question }) => question)
}

/** Writes types and quotas with all dates moved; nobody has taken any of them. Returns the new ids by the old ones. */
export async function copyTypes(ctx: Context, tx: Tx, pack: RegistrationPack, { event, scrub, moved }: To): Promise<Map<string, string>> {
  const { communityId, id: eventId } = event
  const createdAt = ctx.clock.now()
  const types = typesToCopy(pack)
  const ids = new Map(types.map(({ id }) => [id, newId(ctx)]))
  const at = (moment: Date | null): Date | null => moment && moved(moment)
  await insertTypes(
    tx.db,
    // What stands under another comes after it.
    types
      .toSorted((a, b) => Number(a.parentId !== null) - Number(b.parentId !== null))
      .map(({ retiredAt: _retired, revision: _revision, taken: _taken, id, parentId, name, about, ...type }) => ({
        ...type,
        communityId,
        eventId,
        createdAt,
        id: ids.get(id) ?? newId(ctx),
        parentId: parentId === null ? null : (ids.get(parentId) ?? null),
        name: scrub(name),
        about: scrub(about),
        earlyUntil: at(type.earlyUntil),
        sellsFrom: at(type.sellsFrom),
        sellsUntil: at(type.sellsUntil),
      })),
  )
  for (const [position, { name, size, typeIds }] of pack.quotas.entries()) {
    const id = newId(ctx)
    await insertQuotas(tx.db, [{ communityId, eventId, id, name: scrub(name), size, position, createdAt }])
    await setQuotaTypes(
      tx.db,
      communityId,
      id,
      typeIds.flatMap((one) => ids.get(one) ?? []),
    )
  }
  return ids
}

/** Writes questions; `types`: the new ids of types by their old ones. No answer comes along. */
export async function copyQuestions(
  ctx: Context,
  tx: Tx,
  pack: RegistrationPack,
  types: ReadonlyMap<string, string>,
  { event, scrub }: To,
): Promise<void> {
  const { communityId, id: eventId } = event
  const questions = questionsToCopy(pack, new Set(types.keys()))
  const ids = new Map(questions.map(({ id }) => [id, newId(ctx)]))
  for (const { archivedAt: _archived, revision: _revision, ...question } of questions)
    await insertQuestion(tx.db, {
      ...question,
      communityId,
      eventId,
      id: ids.get(question.id) ?? newId(ctx),
      label: scrub(question.label),
      help: scrub(question.help),
      options: question.options.map(({ key, label }) => ({ key, label: scrub(label) })),
      unit: scrub(question.unit),
      purpose: scrub(question.purpose),
      keepReason: scrub(question.keepReason),
      shownIf: question.shownIf && { ...question.shownIf, questionId: ids.get(question.shownIf.questionId) ?? '' },
      typeIds: question.typeIds.flatMap((id) => types.get(id) ?? []),
      createdAt: ctx.clock.now(),
    })
}
