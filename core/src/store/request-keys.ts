import { hash } from 'node:crypto'
import { sql } from 'kysely'
import { fail } from '#core/kernel/errors.ts'
import { arrayParameter } from './arrays.ts'
import type { Context } from './context.ts'
import type { Db } from './database.ts'
import type { Tx } from './transaction.ts'

/** Which request this is: `key` as the form or the program made it, `scope` so that two doors do not share keys. */
export interface RequestKey {
  communityId: string
  scope: string
  key: string
  /** What was asked for; the same key with another body is not the same request. */
  body: unknown
}

/**
 * Runs `work` once per key, in the given transaction, and answers a repeated request with what was answered the first
 * time. Two at the same time wait for one another: the second gets the first one's answer, or its turn when the first
 * failed. `read` turns the stored JSON back into the answer. Errors: request.repeated_otherwise.
 */
export async function once<T>(
  ctx: Context,
  tx: Tx,
  request: RequestKey,
  read: (stored: unknown) => T,
  work: () => Promise<T>,
): Promise<{ answer: T; repeated: boolean }> {
  const { communityId, scope, key } = request
  const bodyHash = hashBody(request.body)
  const added = await tx.db
    .insertInto('requestKey')
    .values({ communityId, scope, key, bodyHash, createdAt: ctx.clock.now() })
    .onConflict((oc) => oc.doNothing())
    .executeTakeFirst()
  if (Number(added.numInsertedOrUpdatedRows ?? 0) === 0) {
    const first = await tx.db
      .selectFrom('requestKey')
      .select(['bodyHash', 'answer'])
      .where('communityId', '=', communityId)
      .where('scope', '=', scope)
      .where('key', '=', key)
      .executeTakeFirst()
    if (!first || first.answer === null) throw fail('request.in_progress')
    if (first.bodyHash !== bodyHash) throw fail('request.repeated_otherwise')
    return { answer: read(first.answer), repeated: true }
  }
  const answer = await work()
  await tx.db
    .updateTable('requestKey')
    .set({ answer: JSON.stringify(answer) })
    .where('communityId', '=', communityId)
    .where('scope', '=', scope)
    .where('key', '=', key)
    .execute()
  return { answer, repeated: false }
}

/** A key with what it was first asked for, and the id that was answered. */
export interface AnsweredKey {
  scope: string
  key: string
  bodyHash: string
  answer: string
}

/** What was answered under keys of these names; for those who decide many requests under a lock of their own. */
export async function findKeys(db: Db, communityId: string, asked: readonly { scope: string; key: string }[]): Promise<AnsweredKey[]> {
  if (asked.length === 0) return []
  const column = (name: 'scope' | 'key') => sql`${arrayParameter(asked.map((one) => one[name]))}::text[]`
  const { rows } = await sql<AnsweredKey>`select k.scope, k.key, k.body_hash, k.answer #>> '{}' as answer
    from unnest(${column('scope')}, ${column('key')}) as g(scope, key)
    join request_key k on k.community_id = ${communityId}::uuid and k.scope = g.scope and k.key = g.key`.execute(db)
  return rows
}

/** Keeps what was answered under keys that nobody had used. */
export async function insertKeys(db: Db, communityId: string, now: Date, answered: readonly AnsweredKey[]): Promise<void> {
  if (answered.length === 0) return
  await db
    .insertInto('requestKey')
    .values(
      answered.map(({ scope, key, bodyHash, answer }) => ({
        communityId,
        scope,
        key,
        bodyHash,
        answer: JSON.stringify(answer),
        createdAt: now,
      })),
    )
    .execute()
}

/** Keeps what came last under a key: a thing that ended and began anew under its old link may be sent for once more. */
export async function keepKey(db: Db, communityId: string, now: Date, { scope, key, bodyHash, answer }: AnsweredKey): Promise<void> {
  const values = { bodyHash, answer: JSON.stringify(answer), createdAt: now }
  await db
    .insertInto('requestKey')
    .values({ communityId, scope, key, ...values })
    .onConflict((oc) => oc.columns(['communityId', 'scope', 'key']).doUpdateSet(values))
    .execute()
}

/** Forgets a key whose answer was taken back, so that the same request may be sent anew. */
export async function forgetKey(db: Db, communityId: string, { scope, key, answer }: Omit<AnsweredKey, 'bodyHash'>): Promise<void> {
  await db
    .deleteFrom('requestKey')
    .where('communityId', '=', communityId)
    .where('scope', '=', scope)
    .where('key', '=', key)
    .where('answer', '=', JSON.stringify(answer))
    .execute()
}

/** How long a request is known again by its key. */
export const KEY_DAYS = 30

/** Forgets keys whose time has ended: nobody sends that request again, and a fingerprint tells of what somebody typed. */
export async function forgetOldKeys(db: Db, communityId: string, now: Date): Promise<void> {
  const since = new Date(now.getTime() - KEY_DAYS * 86_400_000)
  await db.deleteFrom('requestKey').where('communityId', '=', communityId).where('createdAt', '<', since).execute()
}

/** A fingerprint of a request's body that does not depend on the order of its keys. */
export function hashBody(body: unknown): string {
  return hash('sha256', JSON.stringify(inOrder(body ?? null)) ?? 'null', 'base64url')
}

/** The same value with the keys of each object in order. */
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if (Array.isArray(value)) return value.map(inOrder)
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, inOrder(Reflect.get(value, name))]),
  )
}

/**
 * A creation that a form may send twice: the same form with the same content gives the first one's id and does nothing
 * more. Whoever goes back and sends something else makes another thing. Without a key it is simply done.
 */
export async function createOnce(
  ctx: Context,
  tx: Tx,
  request: Omit<RequestKey, 'key'> & { key: string | null | undefined },
  work: () => Promise<string>,
): Promise<string> {
  if (!request.key) return work()
  const key = `${request.key}.${hashBody(request.body)}`
  return (await once(ctx, tx, { ...request, key }, String, work)).answer
}
