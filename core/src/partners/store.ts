import type { Insertable, Updateable } from 'kysely'
import type { Db } from '#core/store/database.ts'
import type { Contact as ContactTable, Introduction as IntroductionTable, Pledge as PledgeTable } from '#core/store/schema.ts'
import { supportKinds, type Contact, type Introduction, type Pledge } from './model.ts'

const pledgeColumns = [
  'id',
  'name',
  'kinds',
  'what',
  'inReturn',
  'state',
  'amountFen',
  'receivedFen',
  'url',
  'contactId',
  'position',
  'linkVersion',
  'revision',
] as const

const asPledge = <P extends { kinds: readonly string[] }>(row: P): P & Pick<Pledge, 'kinds'> => ({
  ...row,
  kinds: supportKinds.filter((kind) => row.kinds.includes(kind)),
})

/** An event's pledges in the order in which they were noted. */
export async function listPledges(db: Db, communityId: string, eventId: string): Promise<Pledge[]> {
  const rows = await db
    .selectFrom('pledge')
    .select(pledgeColumns)
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .orderBy('position')
    .orderBy('createdAt')
    .orderBy('id')
    .execute()
  return rows.map(asPledge)
}

/** A pledge with its row locked until the transaction ends. */
export async function lockPledge(db: Db, communityId: string, eventId: string, id: string): Promise<Pledge | undefined> {
  const row = await db
    .selectFrom('pledge')
    .select(pledgeColumns)
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row && asPledge(row)
}

/** A pledge by its id alone, for the personal link, with the event that it is for. */
export async function findPledge(db: Db, communityId: string, id: string): Promise<(Pledge & { eventId: string }) | undefined> {
  const row = await db
    .selectFrom('pledge')
    .select([...pledgeColumns, 'eventId'])
    .where('communityId', '=', communityId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && asPledge(row)
}

export async function insertPledges(db: Db, rows: readonly Insertable<PledgeTable>[]): Promise<void> {
  if (rows.length > 0) await db.insertInto('pledge').values(rows).execute()
}

export async function updatePledge(db: Db, communityId: string, id: string, values: Updateable<PledgeTable>): Promise<void> {
  await db
    .updateTable('pledge')
    .set((eb) => ({ ...values, revision: eb('revision', '+', 1) }))
    .where('communityId', '=', communityId)
    .where('id', '=', id)
    .execute()
}

export function deletePledge(db: Db, communityId: string, eventId: string, id: string): Promise<{ name: string } | undefined> {
  return db
    .deleteFrom('pledge')
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('id', '=', id)
    .returning(['name'])
    .executeTakeFirst()
}

export function listContacts(db: Db, communityId: string): Promise<Contact[]> {
  return db
    .selectFrom('contact')
    .select(['id', 'name', 'kind'])
    .where('communityId', '=', communityId)
    .orderBy('createdAt')
    .orderBy('id')
    .execute()
}

export function findContactByName(db: Db, communityId: string, name: string): Promise<Contact | undefined> {
  return db
    .selectFrom('contact')
    .select(['id', 'name', 'kind'])
    .where('communityId', '=', communityId)
    .where('name', '=', name)
    .executeTakeFirst()
}

export async function contactExists(db: Db, communityId: string, id: string): Promise<boolean> {
  const row = await db.selectFrom('contact').select('id').where('communityId', '=', communityId).where('id', '=', id).executeTakeFirst()
  return row !== undefined
}

/** False when somebody else has made a contact of this name meanwhile. */
export async function insertContact(db: Db, row: Insertable<ContactTable>): Promise<boolean> {
  const result = await db
    .insertInto('contact')
    .values(row)
    .onConflict((oc) => oc.doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0
}

export function listIntroductions(db: Db, communityId: string): Promise<Introduction[]> {
  return db
    .selectFrom('introduction')
    .select(['id', 'fromId', 'toId', 'through', 'ledTo', 'onDay'])
    .where('communityId', '=', communityId)
    .orderBy('createdAt')
    .orderBy('id')
    .execute()
}

export async function insertIntroduction(db: Db, row: Insertable<IntroductionTable>): Promise<boolean> {
  const result = await db
    .insertInto('introduction')
    .values(row)
    .onConflict((oc) => oc.doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0
}

export function deleteIntroduction(
  db: Db,
  communityId: string,
  id: string,
): Promise<(Introduction & { eventId: string | null }) | undefined> {
  return db
    .deleteFrom('introduction')
    .where('communityId', '=', communityId)
    .where('id', '=', id)
    .returning(['id', 'eventId', 'fromId', 'toId', 'through', 'ledTo', 'onDay'])
    .executeTakeFirst()
}

/** Removes contacts that no introduction and no pledge mentions any more. */
export async function deleteLooseContacts(db: Db, communityId: string, ids: readonly string[]): Promise<void> {
  await db
    .deleteFrom('contact')
    .where('communityId', '=', communityId)
    .where('id', 'in', ids)
    .where(({ eb, not, exists, selectFrom }) =>
      eb.and([
        not(
          exists(
            selectFrom('introduction')
              .select('introduction.id')
              .whereRef('introduction.communityId', '=', 'contact.communityId')
              .where((e) => e.or([e('introduction.fromId', '=', e.ref('contact.id')), e('introduction.toId', '=', e.ref('contact.id'))])),
          ),
        ),
        not(
          exists(
            selectFrom('pledge')
              .select('pledge.id')
              .whereRef('pledge.communityId', '=', 'contact.communityId')
              .whereRef('pledge.contactId', '=', 'contact.id'),
          ),
        ),
      ]),
    )
    .execute()
}
