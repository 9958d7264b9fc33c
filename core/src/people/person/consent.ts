import { fail } from '#core/kernel/errors.ts'
import { newId } from '#core/kernel/ids.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import type { Tx } from '#core/store/transaction.ts'
import { peopleJournal } from '../journal.ts'
import { consentPurposes, type ConsentPurpose } from './model.ts'
import { endConsents, insertConsents, listConsents, lockPerson } from './store.ts'

export interface ConsentPlace {
  communityId: string
  personId: string
  /** Null for what was agreed to in the community itself, such as its news. */
  eventId: string | null
}

/**
 * Keeps that a person agreed, each purpose by itself, to the notice of the given version (PIPL 14, 17).
 * A consent that still holds for the same version is not written twice; a new version is a new consent.
 * Inside an action of a room above, which tells the journal what the consent came with.
 */
export async function giveConsent(
  ctx: Context,
  tx: Tx,
  place: ConsentPlace,
  purposes: readonly ConsentPurpose[],
  noticeVersion: string,
): Promise<void> {
  if (purposes.some((purpose) => !consentPurposes.includes(purpose))) throw fail('input.invalid')
  const person = await lockPerson(tx.db, place.communityId, place.personId)
  if (!person || person.erasedAt) throw fail('thing.not_found')
  const held = await listHeldConsents(tx.db, place)
  const missing = [...new Set(purposes)].filter(
    (purpose) => !held.some((one) => one.purpose === purpose && one.noticeVersion === noticeVersion),
  )
  const givenAt = ctx.clock.now()
  await insertConsents(
    tx.db,
    missing.map((purpose) => ({ ...place, id: newId(ctx), purpose, noticeVersion, givenAt, withdrawnAt: null })),
  )
}

/** Takes consents back, as easily as they were given (PIPL 15). What was not given changes nothing. */
export async function withdrawConsent(ctx: Context, tx: Tx, place: ConsentPlace, purpose: ConsentPurpose): Promise<void> {
  const purposes = await endConsents(tx.db, { ...place, purpose }, ctx.clock.now())
  if (purposes.length === 0) return
  tx.journal(
    peopleJournal.consent_withdrawn,
    { communityId: place.communityId, eventId: place.eventId, kind: 'person', id: place.personId },
    { purposes: [...new Set(purposes)] },
  )
}

/** The consents that hold now for one event (or, eventId null, for the community). */
export async function listHeldConsents(db: Db, place: ConsentPlace): Promise<{ purpose: string; noticeVersion: string; givenAt: Date }[]> {
  const all = await listConsents(db, place.communityId, place.personId)
  return all.filter((one) => one.eventId === place.eventId && one.withdrawnAt === null)
}
