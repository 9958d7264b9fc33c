import { createHash, createHmac } from 'node:crypto'
import { sql } from 'kysely'
import { can } from '#core/community/permissions.ts'
import { isPublic } from '#core/community/rules.ts'
import { requireEvent } from '#core/community/actions.ts'
import { fail, isKaichangError, KaichangError } from '#core/kernel/errors.ts'
import { formatUuid, newId } from '#core/kernel/ids.ts'
import { cleanLine } from '#core/kernel/text.ts'
import type { Context } from '#core/store/context.ts'
import type { Db } from '#core/store/database.ts'
import { dropUnused, keepFile } from '#core/store/files.ts'
import { HEAD_BYTES, sniffDocument } from '#core/store/media.ts'
import { readForm } from './asked.ts'
import { UPLOAD_MINUTES } from './model.ts'

/** A photographed page of a phone, with room to spare. */
const LIMIT = 8 * 1024 * 1024
/** What came with an order that came to nothing stays so long: a payment may still arrive late. */
export const ORDER_DAYS = 7
/** Files that are looked at together when they are removed. */
const SWEPT_AT_ONCE = 500
/** Files of one event that wait for their forms at most: nobody fills the disk without ever registering. */
const MOST_WAITING = 300

/**
 * Takes a file in as the answer to a question, before the form that it came with is decided: its id is the answer. Waits two
 * hours for that form. `key` of the form: the same file sent twice with one form is one file.
 * Errors: event.not_found, thing.not_found, input.invalid (question.file at `path`), question.files_crowded, machine.disk_full.
 */
export async function uploadAnswer(
  ctx: Context,
  communityId: string,
  eventId: string,
  questionKey: string,
  file: { name: string; bytes: Uint8Array; key?: string | null; path?: string },
): Promise<{ id: string; name: string }> {
  const event = await requireEvent(ctx, ctx.db, communityId, eventId)
  if (!isPublic(event) && !can(ctx.actor, 'registration.edit', { communityId, eventId })) throw fail('event.not_found')
  const question = (await readForm(ctx, communityId, eventId)).questions.find((one) => one.key === questionKey && one.kind === 'file')
  if (!question) throw fail('thing.not_found')
  const refuse = () =>
    new KaichangError('input.invalid', {}, [
      { path: file.path ?? `answers.${questionKey}`, code: 'question.file', params: { limit: `${LIMIT / 1024 ** 2} MB` } },
    ])
  const media = sniffDocument(file.bytes.subarray(0, HEAD_BYTES))
  if (!media || file.bytes.length > LIMIT) throw refuse()
  const now = ctx.clock.now()
  await sweepFiles(ctx, communityId)
  if ((await countWaiting(ctx.db, communityId, eventId)) >= MOST_WAITING) throw fail('question.files_crowded')
  const name = cleanName(file.name, media.ending)
  const id = file.key ? sameForm(ctx.secret, `${communityId} ${question.id} ${file.key}`, file.bytes) : newId(ctx)
  const sha256 = createHash('sha256').update(file.bytes).digest('hex')
  // The row comes first: a stop in between leaves a row without a content, never a content that nobody knows of.
  const { numInsertedOrUpdatedRows: added } = await ctx.db
    .insertInto('answerFile')
    .values({
      communityId,
      id,
      eventId,
      questionId: question.id,
      name,
      sha256,
      size: file.bytes.length,
      mediaType: media.type,
      createdAt: now,
    })
    .onConflict((oc) => oc.columns(['communityId', 'id']).doNothing())
    .executeTakeFirst()
  try {
    const { dataDirectory } = ctx.settings
    const { release } = await keepFile(dataDirectory, communityId, newId(ctx), { name, content: once(file.bytes), limit: LIMIT })
    release()
  } catch (error) {
    if (added) await ctx.db.deleteFrom('answerFile').where('communityId', '=', communityId).where('id', '=', id).execute()
    throw isKaichangError(error) && error.code.startsWith('file.') ? refuse() : error
  }
  return { id, name }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** The name as it will be saved somewhere: no folders, nothing that systems stumble over, the ending that the content has. */
function cleanName(typed: string, ending: string): string {
  const base = cleanLine(typed.split(/[/\\]/).at(-1) ?? '')
    .replace(/\.[^.]{0,12}$/, '')
    .replace(/[<>:"|?*;%]/g, '_')
    .replace(/^[.\s]+/, '')
  return `${[...base].slice(0, 80).join('') || 'file'}.${ending}`
}

/** An id that only this installation can make, the same for the same file of the same form. */
function sameForm(secret: string, form: string, bytes: Uint8Array): string {
  const id = createHmac('sha256', secret)
    .update(`answer-file ${form} `)
    .update(createHash('sha256').update(bytes).digest())
    .digest()
    .subarray(0, 16)
  // A version of our own making (RFC 9562 §5.8).
  id[6] = ((id[6] ?? 0) & 0x0f) | 0x80
  id[8] = ((id[8] ?? 0) & 0x3f) | 0x80
  return formatUuid(id)
}

async function countWaiting(db: Db, communityId: string, eventId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from answer_file
    where community_id = ${communityId}::uuid and event_id = ${eventId}::uuid and registration_id is null and order_id is null`.execute(db)
  return rows[0]?.count ?? 0
}

/**
 * Gives waiting files to the booking (or to the order, until it is booked) whose form named them. Returns the ids of those
 * that now belong to it; one that waited too long or belongs to another one is not among them.
 */
export async function claimFiles(
  db: Db,
  communityId: string,
  now: Date,
  claims: readonly { file: string; questionId: string; registrationId: string | null; orderId: string | null }[],
): Promise<Set<string>> {
  if (claims.length === 0) return new Set()
  const since = new Date(now.getTime() - UPLOAD_MINUTES * 60_000)
  const { rows } = await sql<{ id: string }>`update answer_file f set registration_id = c.registration, order_id = c.place
    from json_to_recordset(${JSON.stringify(claims.map((c) => ({ id: c.file, question: c.questionId, registration: c.registrationId, place: c.orderId })))}::json)
      as c(id uuid, question uuid, registration uuid, place uuid)
    where f.community_id = ${communityId}::uuid and f.id = c.id and f.question_id = c.question
      and (f.registration_id = c.registration
        or f.registration_id is null and (f.order_id = c.place or f.order_id is null and f.created_at > ${since}::timestamptz))
    returning f.id`.execute(db)
  return new Set(rows.map((row) => row.id))
}

/**
 * Lets go of files inside a transaction: they belong to nobody, bear no name and are due at once. `sweepFiles` after the
 * commit takes them off the disk; should the machine stop in between, the next night does. Returns how many.
 */
export async function letGoOfFiles(
  db: Db,
  communityId: string,
  which: { registrationId: string; keep?: readonly string[]; questionIds?: readonly string[] } | { questionId: string },
): Promise<number> {
  let query = db
    .updateTable('answerFile')
    .set({ registrationId: null, orderId: null, name: '', createdAt: new Date(0) })
    .where('communityId', '=', communityId)
  if ('questionId' in which) query = query.where('questionId', '=', which.questionId).where('registrationId', 'is not', null)
  else {
    query = query.where('registrationId', '=', which.registrationId)
    if (which.keep && which.keep.length > 0) query = query.where('id', 'not in', which.keep)
    if (which.questionIds) query = query.where('questionId', 'in', [...which.questionIds, '00000000-0000-0000-0000-000000000000'])
  }
  const { numUpdatedRows } = await query.executeTakeFirst()
  return Number(numUpdatedRows)
}

/**
 * Removes files whose form never came, whose order came to nothing or was erased, or that were let go: first from the disk,
 * then from the table, so that a stop in between leaves a row to come back to. Returns how many.
 */
export async function sweepFiles(ctx: Pick<Context, 'db' | 'clock' | 'settings'>, communityId: string): Promise<number> {
  let swept = 0
  for (;;) {
    const due = await listDueFiles(ctx.db, communityId, ctx.clock.now())
    for (const { id, sha256 } of due) {
      await dropUnused(ctx, communityId, sha256, id)
      await ctx.db.deleteFrom('answerFile').where('communityId', '=', communityId).where('id', '=', id).execute()
    }
    swept += due.length
    if (due.length < SWEPT_AT_ONCE) return swept
  }
}

/** Files that nobody needs any more, some at a time. */
async function listDueFiles(db: Db, communityId: string, now: Date): Promise<{ id: string; sha256: string }[]> {
  const since = new Date(now.getTime() - UPLOAD_MINUTES * 60_000)
  const { rows } = await sql<{ id: string; sha256: string }>`select id, sha256 from answer_file
    where community_id = ${communityId}::uuid and registration_id is null and order_id is null and created_at <= ${since}::timestamptz
    union all select f.id, f.sha256 from answer_file f join ticket_order o on o.community_id = f.community_id and o.id = f.order_id
    where f.community_id = ${communityId}::uuid and f.registration_id is null and (o.erased_at is not null or o.state in ('declined', 'cancelled', 'expired')
      and coalesce(o.closed_at, o.expires_at, o.created_at) <= ${now}::timestamptz - make_interval(days => ${ORDER_DAYS}))
    limit ${SWEPT_AT_ONCE}`.execute(db)
  return rows
}
