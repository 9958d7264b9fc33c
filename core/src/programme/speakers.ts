import { fail } from '#core/kernel/errors.ts'
import { createPerson } from '#core/people/person/actions.ts'
import { findPerson } from '#core/people/person/store.ts'
import type { Context } from '#core/store/context.ts'
import type { Tx } from '#core/store/transaction.ts'
import type { z } from 'zod'
import type { speakerSchema, Speaker } from './model.ts'
import { findPeopleByName, replaceSpeakers } from './store.ts'

/**
 * Writes who speaks in a session. Somebody named by id is that person; a name that the community knows is the
 * same person with one more hat unless the input says it is another; else a person is made.
 */
export async function writeSpeakers(
  ctx: Context,
  tx: Tx,
  communityId: string,
  sessionId: string,
  speakers: readonly z.output<typeof speakerSchema>[],
): Promise<{ personId: string; affiliation: Speaker['affiliation'] }[]> {
  const found = new Map<string, Speaker['affiliation']>()
  for (const speaker of speakers) {
    const personId = await personOf(ctx, tx, communityId, speaker)
    found.set(personId, speaker.affiliation)
  }
  const list = [...found].map(([personId, affiliation]) => ({ personId, affiliation }))
  await replaceSpeakers(tx.db, communityId, sessionId, list)
  return list
}

async function personOf(ctx: Context, tx: Tx, communityId: string, speaker: z.output<typeof speakerSchema>): Promise<string> {
  if (speaker.personId) {
    const person = await findPerson(tx.db, communityId, speaker.personId)
    if (!person || person.erasedAt) throw fail('thing.not_found')
    // Somebody else was typed over the name that was there.
    if (person.name === speaker.name || person.displayName === speaker.name) return person.id
  }
  const known = speaker.another ? undefined : (await findPeopleByName(tx.db, communityId, speaker.name))[0]
  if (known) return known.id
  const person = await createPerson(ctx, tx, communityId, {
    name: speaker.name,
    displayName: '',
    affiliation: speaker.affiliation,
    about: {},
    phone: '',
    email: '',
    wechat: '',
  })
  return person.id
}
