import type { Community, Event } from '#core/community/model.ts'
import { listPeopleByIds } from '#core/people/person/store.ts'
import type { Tx } from '#core/store/transaction.ts'
import type { Answer, Asking } from './batch.model.ts'
import { listRegistrationsByIds, type Known } from './batch.store.ts'

/** Requests whose key stood earlier in the same batch, with the index of the first one. */
export function findTwins(requests: readonly Asking[]): Map<number, number> {
  const [first, twins] = [new Map<string, number>(), new Map<number, number>()]
  requests.forEach(({ key }, n) => {
    if (key === null) return
    const before = first.get(key)
    if (before === undefined) first.set(key, n)
    else twins.set(n, before)
  })
  return twins
}

/** Answers requests whose key (or, after a try that ended unheard, whose booking) is there already. */
export async function answerRepeated(
  tx: Tx,
  communityId: string,
  place: { community: Community; event: Event },
  requests: readonly Asking[],
  known: Known,
  again: boolean,
): Promise<(Answer | undefined)[]> {
  const ids = requests.map(({ id }, n) => known.answered.get(n)?.registrationId ?? (again ? id : null))
  const wanted = ids.filter((id) => id !== null)
  const registrations = new Map((await listRegistrationsByIds(tx.db, communityId, wanted)).map((one) => [one.id, one]))
  const people = new Map(
    (
      await listPeopleByIds(
        tx.db,
        communityId,
        [...registrations.values()].map((one) => one.personId),
      )
    ).map((one) => [one.id, one]),
  )
  return requests.map(({ bodyHash }, n): Answer | undefined => {
    const before = known.answered.get(n)
    if (before && before.bodyHash !== bodyHash) return { kind: 'failed', code: 'request.repeated_otherwise' }
    const registration = registrations.get(ids[n] ?? '')
    const person = registration && people.get(registration.personId)
    if (registration && person) return { kind: 'booked', repeated: true, registration, person, ...place }
    return before ? { kind: 'failed', code: 'thing.not_found' } : undefined
  })
}
