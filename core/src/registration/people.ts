import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import { fail } from '#core/kernel/errors.ts'
import { isUniqueViolation } from '#core/store/patience.ts'
import { makePerson } from '#core/people/person/actions.ts'
import { personSchema, type Person } from '#core/people/person/model.ts'
import { sameName } from '#core/people/person/rules.ts'
import { findContactPoints, insertContactPoints, insertPeople, listContactPoints, listPeopleByIds } from '#core/people/person/store.ts'
import type { RegistrationValues } from './model.ts'

/** What tells who somebody is. */
export type Named = Pick<RegistrationValues, 'name' | 'phone' | 'email'>

/** Given contacts of one kind, without the empty ones. */
const values = (requests: readonly Named[], kind: 'phone' | 'email'): string[] =>
  requests.map((r) => r[kind]).filter((value) => value !== '')

/**
 * The people of a batch of requests, in their order: somebody already known by the same name whose contacts include all
 * given ones, else somebody new. A stranger thus neither sees nor adds to what is held about another person.
 */
export async function findOrCreatePeople(ctx: Context, tx: Tx, communityId: string, requests: readonly Named[]): Promise<Person[]> {
  const points = [
    ...(await findContactPoints(tx.db, communityId, 'phone', values(requests, 'phone'))),
    ...(await findContactPoints(tx.db, communityId, 'email', values(requests, 'email'))),
  ]
  const ids = [...new Set(points.map((point) => point.personId))]
  const known = (await listPeopleByIds(tx.db, communityId, ids)).filter((person) => person.erasedAt === null)
  const held = new Set((await listContactPoints(tx.db, communityId, ids)).map((point) => `${point.personId} ${point.kind} ${point.value}`))
  const made: ReturnType<typeof makePerson>[] = []
  const people = requests.map((request) => {
    const given = (['phone', 'email'] as const).filter((kind) => request[kind] !== '')
    const same = known.find(
      (person) => sameName(person.name, request.name) && given.every((kind) => held.has(`${person.id} ${kind} ${request[kind]}`)),
    )
    if (same) return same
    const fresh = makePerson(ctx, communityId, personSchema.parse({ name: request.name, phone: request.phone, email: request.email }))
    made.push(fresh)
    return fresh.person
  })
  await insertPeople(
    tx.db,
    made.map((one) => one.person),
  )
  await insertContactPoints(
    tx.db,
    made.flatMap((one) => one.contacts),
  )
  return people
}

/**
 * Whose booking this is among people who have one of its contacts: the same name and all given contacts; undefined for
 * somebody new.
 */
export function sameHolder(
  request: Named,
  points: readonly { personId: string; name: string; kind: string; value: string }[],
): string | undefined {
  const given = (['phone', 'email'] as const).filter((kind) => request[kind] !== '')
  const has = (personId: string, kind: 'phone' | 'email'): boolean =>
    points.some((point) => point.personId === personId && point.kind === kind && point.value === request[kind])
  return points.find(({ personId, name }) => sameName(name, request.name) && given.every((kind) => has(personId, kind)))?.personId
}

/** Somebody has one live booking of an event, by person as by contact. Errors: registration.twice, when the work would make it two. */
export async function bookedOnce<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (['registration_once', 'registration_phone_once', 'registration_email_once'].some((name) => isUniqueViolation(error, name)))
      throw fail('registration.twice')
    throw error
  }
}
