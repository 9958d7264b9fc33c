import type { Insertable, Updateable } from 'kysely'
import type { Db } from '#core/store/database.ts'
import type { PlannedMessage as MessageTable } from '#core/store/schema.ts'
import type { Change, PlannedKind, PlannedMessage } from './model.ts'
import type { Quiet } from './quiet.rules.ts'

const columns = [
  'communityId',
  'id',
  'eventId',
  'kind',
  'state',
  'daysBefore',
  'atTime',
  'hoursBefore',
  'sendAt',
  'audience',
  'ticketTypeId',
  'untilDays',
  'answerUntil',
  'silent',
  'subject',
  'body',
  'facts',
  'revision',
  'createdAt',
  'startedAt',
  'sentAt',
  'closedAt',
  'mailed',
  'withoutMail',
  'released',
] as const

type Row = Omit<PlannedMessage, 'changes'> & { facts: unknown }

function asMessage({ facts, ...row }: Row): PlannedMessage {
  return { ...row, changes: isChanges(facts) ? facts.changes : [] }
}

/** Written by us only, from `Change`s. */
function isChanges(facts: unknown): facts is { changes: Change[] } {
  return typeof facts === 'object' && facts !== null && 'changes' in facts && Array.isArray(facts.changes)
}

/** The community's quiet hours in the event's time zone. */
export async function quietOf(db: Db, communityId: string, timeZone: string): Promise<Quiet> {
  const row = await db
    .selectFrom('messageSetting')
    .select(['quietFrom', 'quietUntil'])
    .where('communityId', '=', communityId)
    .executeTakeFirst()
  return { from: row?.quietFrom ?? '22:00', until: row?.quietUntil ?? '08:00', timeZone }
}

export async function saveQuiet(db: Db, communityId: string, quiet: { quietFrom: string; quietUntil: string }): Promise<void> {
  await db
    .insertInto('messageSetting')
    .values({ communityId, ...quiet })
    .onConflict((oc) => oc.columns(['communityId']).doUpdateSet(quiet))
    .execute()
}

/** All messages of an event, in the order in which they were made. */
export async function listMessages(db: Db, communityId: string, eventId: string): Promise<PlannedMessage[]> {
  const rows = await db
    .selectFrom('plannedMessage')
    .select(columns)
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .orderBy('createdAt')
    .orderBy('id')
    .execute()
  return rows.map(asMessage)
}

/** Events that have messages to be sent, or silent ones to be dealt with. */
export async function listOpenEvents(db: Db, communityId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('plannedMessage')
    .select('eventId')
    .distinct()
    .where('communityId', '=', communityId)
    .where((eb) =>
      eb.or([
        eb('state', 'in', ['planned', 'sending']),
        eb.and([eb('kind', '=', 'reconfirm'), eb('state', '=', 'sent'), eb('closedAt', 'is', null)]),
      ]),
    )
    .execute()
  return rows.map((row) => row.eventId)
}

/** Published events to come within a week that have no reminder yet, neither planned nor switched off. */
export async function listUnremindedEvents(db: Db, communityId: string, now: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('event')
    .select('id')
    .where('communityId', '=', communityId)
    .where('state', '=', 'published')
    .where('startsAt', '>', now)
    .where('startsAt', '<', new Date(now.getTime() + 7 * 86_400_000))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('plannedMessage')
            .select('plannedMessage.id')
            .where('plannedMessage.communityId', '=', communityId)
            .whereRef('plannedMessage.eventId', '=', 'event.id')
            .where('plannedMessage.kind', '=', 'reminder'),
        ),
      ),
    )
    .execute()
  return rows.map((row) => row.id)
}

/** False when the event has one of this kind already. */
export async function insertMessage(db: Db, row: Insertable<MessageTable>): Promise<boolean> {
  const added = await db
    .insertInto('plannedMessage')
    .values(row)
    .onConflict((oc) => oc.doNothing())
    .executeTakeFirst()
  return Number(added.numInsertedOrUpdatedRows ?? 0) > 0
}

export async function updateMessage(db: Db, communityId: string, id: string, values: Updateable<MessageTable>): Promise<void> {
  await db.updateTable('plannedMessage').set(values).where('communityId', '=', communityId).where('id', '=', id).execute()
}

/** The message with its row locked; `skip`: none when another worker has it. */
export async function lockMessage(db: Db, communityId: string, id: string, skip = false): Promise<PlannedMessage | undefined> {
  const query = db.selectFrom('plannedMessage').select(columns).where('communityId', '=', communityId).where('id', '=', id)
  const row = await (skip ? query.forUpdate().skipLocked() : query.forUpdate()).executeTakeFirst()
  return row && asMessage(row)
}

/** The event's message of a kind that it has at most one of, locked. */
export async function lockKind(db: Db, communityId: string, eventId: string, kind: PlannedKind): Promise<PlannedMessage | undefined> {
  const row = await db
    .selectFrom('plannedMessage')
    .select(columns)
    .where('communityId', '=', communityId)
    .where('eventId', '=', eventId)
    .where('kind', '=', kind)
    .forUpdate()
    .executeTakeFirst()
  return row && asMessage(row)
}
